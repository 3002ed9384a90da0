import { ERRORS } from '../../domain/errors';
import type { ErrorCode } from '../../domain/errors';
import { CommonOperationResult } from '../operation/contract';
import type { Envelope, ResultContract } from '../operation/contract';
import type { StatusStyle } from '../wire.options';
import { noRoute, UNEXPECTED, unsupportedMedia, wrongVerb } from '../http-error';
import type { ReplyFormat } from '../negotiation/negotiation';
import { invalidMember } from '../operation/refusal';
import type { RefusalDescription } from '../operation/operation';
import { answerSample, httpErrorSample, REPLY_TYPES, tagOf } from './openapi-samples';
import { envelopeName, HTTP_ERROR, memberList, ref } from './openapi-schemas';
import { both } from './openapi-types';
import type { Content, Examples, Headers, Responses, ServedOperation } from './openapi-types';

/** One answer of an operation with its place in the document. */
interface Answer {
  readonly status: number;
  readonly key: string;
  readonly title: string;
  readonly schema: string;
  readonly write: (format: ReplyFormat) => unknown;
}

/** What any operation may answer besides its own refusals. */
const ALWAYS: readonly ErrorCode[] = [
  'OVERLOADED',
  'RATE_LIMITED',
  'NO_KEY',
  'FORBIDDEN',
  'BODY_TOO_LARGE',
  'NO_ROUTE',
  'WRONG_VERB',
  'UNSUPPORTED_MEDIA',
  'UNREADABLE',
  'INVALID_MEMBER',
  'DATABASE_UNAVAILABLE',
  'INTERNAL',
];

/** Refused before the operation is known: the envelope has the plain root and no tag. */
const BEFORE_OPERATION: ReadonlySet<ErrorCode> = new Set([
  'OVERLOADED',
  'RATE_LIMITED',
  'BODY_TOO_LARGE',
  'NO_ROUTE',
  'WRONG_VERB',
]);

/** Texts of the errors whose body is the legacy one in style `legacy`. */
const HTTP_ERRORS: ReadonlyMap<ErrorCode, (path: string) => string> = new Map([
  ['NO_ROUTE', () => noRoute('http://127.0.0.1:3000/api/3Pay/AliPay/NoSuch')],
  ['WRONG_VERB', () => wrongVerb('GET')],
  ['UNSUPPORTED_MEDIA', () => unsupportedMedia('text/plain')],
  ['INTERNAL', () => UNEXPECTED],
]);

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  200: 'errcode 0 为成功，其余见上表 · errcode 0: done; others: see the table above',
  400: '请求有误 · the request is wrong',
  401: '缺少或错误的接口密钥 · no or wrong API key',
  403: '密钥无此权限 · the key may not do this',
  404: '不存在 · there is no such thing',
  405: '请求方法不支持 · wrong HTTP verb',
  409: '与账目冲突 · the books say otherwise',
  413: '请求内容过大 · body too large',
  415: '不支持的内容类型 · media type not supported',
  429: '请求过于频繁 · too many requests',
  500: '系统内部错误 · internal error',
  502: '支付宝侧拒绝或配置错误 · refused by Alipay, or misconfigured',
  503: '暂不可用 · not available now',
};

/** What an answer of this status may say besides its body. */
const HEADERS: Readonly<Record<number, Headers>> = {
  401: headerOf('WWW-Authenticate', 'string', 'ApiKey header="X-Api-Key"'),
  429: headerOf('Retry-After', 'integer', 30),
  503: headerOf('Retry-After', 'integer', 2),
};

function headerOf(name: string, type: 'string' | 'integer', example: string | number): Headers {
  return { [name]: { schema: { type, example } } };
}

/** Every error an operation may answer, sorted by its number. */
export function refusalsOf(operation: ServedOperation): RefusalDescription[] {
  const own = operation.declared.refuses.map((one) =>
    typeof one === 'string' ? { code: one } : one,
  );
  const always = ALWAYS.filter((code) => !own.some((one) => one.code === code));
  return [...own, ...always.map((code) => ({ code }))].sort(
    (left, right) => ERRORS[left.code].errcode - ERRORS[right.code].errcode,
  );
}

function successes({ wire, declared }: ServedOperation): Answer[] {
  return declared.resultSamples.map(({ title, values, errmsg = 'ok' }, index) => ({
    status: 200,
    key: `ok${index + 1}`,
    title: `0 · ${both(title, ' · ')}`,
    schema: envelopeName(wire.result),
    write: (format) => {
      const tag = tagOf(wire.result.tag, values);
      return answerSample(format, wire.result, { errcode: 0, errmsg, tag });
    },
  }));
}

function refusal(
  operation: ServedOperation,
  { code, tag }: RefusalDescription,
  style: StatusStyle,
): Answer {
  const row = ERRORS[code];
  const answer = { status: row[style], key: code, title: `${row.errcode} · ${row.text}` };
  const httpError = HTTP_ERRORS.get(code);
  if (style === 'legacy' && httpError) {
    const message = httpError(operation.paths[0]);
    const write = (format: ReplyFormat): unknown => httpErrorSample(format, message);
    return { ...answer, schema: HTTP_ERROR, write };
  }
  const contract: ResultContract = BEFORE_OPERATION.has(code)
    ? CommonOperationResult
    : operation.wire.result;
  const envelope: Envelope = {
    errcode: row.errcode,
    errmsg: shownText(operation, code),
    tag: tag ? tagOf(contract.tag, tag) : null,
  };
  return {
    ...answer,
    schema: envelopeName(contract),
    write: (format) => answerSample(format, contract, envelope),
  };
}

/** The text as it reaches the caller: the invalid member is named. */
function shownText(operation: ServedOperation, code: ErrorCode): string {
  const first = operation.wire.request?.members[0];
  if (code !== 'INVALID_MEMBER' || !first) return ERRORS[code].text;
  return invalidMember(first.name, '必填 (is required)').shown;
}

function contentOf(answers: readonly Answer[]): Content {
  const content: Content = {};
  const names = [...new Set(answers.map((answer) => answer.schema))];
  const schema = names.length === 1 ? ref(names[0] ?? '') : { anyOf: names.map(ref) };
  for (const [mediaType, format] of REPLY_TYPES) {
    if (format === 'bson') {
      content[mediaType] = { schema: { type: 'string', format: 'binary' } };
      continue;
    }
    const examples: Examples = {};
    for (const { key, title, write } of answers) {
      examples[key] = { summary: title, value: write(format) };
    }
    content[mediaType] = { schema, examples };
  }
  return content;
}

/** The answers of an operation by HTTP status, in the style in force. */
export function responsesOf(operation: ServedOperation, style: StatusStyle): Responses {
  const answers = [
    ...successes(operation),
    ...refusalsOf(operation).map((one) => refusal(operation, one, style)),
  ];
  const responses: Responses = {};
  for (const status of new Set(answers.map((answer) => answer.status).sort((a, b) => a - b))) {
    const text = STATUS_TEXTS[status] ?? String(status);
    const members = status === 200 ? memberList(operation.declared.answers) : '';
    responses[String(status)] = {
      description: [text, members].join('\n\n').trim(),
      ...(HEADERS[status] ? { headers: HEADERS[status] } : {}),
      content: contentOf(answers.filter((answer) => answer.status === status)),
    };
  }
  return responses;
}
