import { ERRORS } from '../../domain/errors';
import { CommonOperationResult } from '../operation/contract';
import type { RequestContract } from '../operation/contract';
import type { StatusStyle } from '../wire.options';
import { refusalsOf, responsesOf } from './openapi-answers';
import type { Sample } from '../operation/operation';
import {
  answerBytes,
  bsonRequest,
  FORM_TYPE,
  formRequest,
  REPLY_TYPES,
  tagOf,
  xmlRequest,
} from './openapi-samples';
import {
  envelopeName,
  envelopeSchema,
  formSchema,
  HTTP_ERROR,
  httpErrorSchema,
  memberList,
  ref,
  wireSchema,
} from './openapi-schemas';
import { recordTypesOf, wireNameOf } from '../operation/wire-type';
import { both } from './openapi-types';
import type {
  Content,
  DocumentOptions,
  Examples,
  MediaType,
  Operation,
  PathItem,
  RequestBody,
  Schemas,
  ServedOperation,
} from './openapi-types';

/** The parts of a document that tell of the operations. */
export interface DocumentParts {
  readonly paths: Record<string, PathItem>;
  readonly schemas: Schemas;
}

/** A request in BSON as a file: what shows text alone cannot show it. */
export interface BsonSample {
  /** Its name below `/docs`, without `.bson`. */
  readonly name: string;
  readonly bytes: Buffer;
}

/** The address of a file with a request in BSON. */
export function bsonSamplePath({ name }: BsonSample): string {
  return `/docs/${name}.bson`;
}

/** The requests in BSON that the document names, in the order of the operation's samples. */
export function bsonSamples({ paths, declared }: ServedOperation): BsonSample[] {
  const operation = paths[0].split('/').at(-1) ?? '';
  return declared.requestSamples.map(({ values }, index) => ({
    name: index === 0 ? operation : `${operation}-${index + 1}`,
    bytes: bsonRequest(values),
  }));
}

/** Describes every operation of the wire in OpenAPI 3; `made`: its classes' schemas. */
export function describeOperations(
  operations: readonly ServedOperation[],
  made: Schemas,
  { style }: DocumentOptions,
): DocumentParts {
  const paths: Record<string, PathItem> = {};
  const schemas: Schemas = {
    [envelopeName(CommonOperationResult)]: envelopeSchema(CommonOperationResult),
    ...(style === 'legacy' ? { [HTTP_ERROR]: httpErrorSchema } : {}),
  };
  for (const operation of operations) {
    const { takes, answers } = operation.declared;
    const { result } = operation.wire;
    paths[operation.paths[0]] = { [operation.verb]: describe(operation, made, style) };
    for (const type of [takes, ...recordTypesOf(answers)]) {
      schemas[wireNameOf(type).name] = wireSchema(type, made);
    }
    schemas[wireNameOf(answers).name] = { ...wireSchema(answers, made), nullable: true };
    schemas[envelopeName(result)] = envelopeSchema(result);
  }
  return { paths, schemas };
}

function describe(
  operation: ServedOperation,
  made: Schemas,
  style: StatusStyle,
): Operation & { 'x-aliases'?: string[] } {
  const { wire, declared, name, paths } = operation;
  const [, ...aliases] = paths;
  return {
    tags: [groupOf(paths[0])],
    operationId: name,
    summary: both(declared.summary, ' · '),
    description: [
      both(declared.description),
      ...aliases.map((alias) => `同义地址 · alias: \`${alias}\``),
      errorTable(operation, style),
      wire.request ? bsonText(operation) : '',
    ].join('\n\n'),
    ...(wire.request ? { requestBody: requestBody(operation, wire.request, made) } : {}),
    responses: responsesOf(operation, style),
    ...(aliases.length > 0 ? { 'x-aliases': aliases } : {}),
  };
}

/** An operation's group: the word before its own. Generators make a class of each. */
function groupOf(path: string): string {
  const [group = '', own = ''] = path.split('/').slice(-2);
  return group === '3Pay' ? own : group;
}

function errorTable(operation: ServedOperation, style: StatusStyle): string {
  const rows = refusalsOf(operation).map(({ code }) => {
    const row = ERRORS[code];
    return `| ${row.errcode} | ${row[style]} | ${row.text} |`;
  });
  const head = ['| errcode | HTTP | errmsg |', '|---|---|---|', '| 0 | 200 | ok |'];
  return [...head, ...rows].join('\n');
}

function bsonText(operation: ServedOperation): string {
  const samples = bsonSamples(operation);
  const links = samples.map((one) => `[${bsonSamplePath(one)}](${bsonSamplePath(one)})`).join(', ');
  return [
    'BSON 是二进制，本页不能直接发送：请下载样例文件，再在请求处选择该文件 · BSON is binary, and this ' +
      `page cannot send it by itself: download a sample and choose it as the file: ${links}`,
    ...samples.slice(0, 1).map(({ bytes }) => hexText('请求 · request', bytes)),
    hexText('应答 · answer', firstAnswerInBson(operation)),
  ].join('\n\n');
}

function hexText(title: string, bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex');
  return `<details><summary>BSON hex: ${title}</summary>\n\n\`${hex}\`\n\n</details>`;
}

function firstAnswerInBson({ wire, declared }: ServedOperation): Uint8Array {
  const tag = tagOf(wire.result.tag, declared.resultSamples[0]?.values ?? {});
  return answerBytes('bson', wire.result, { errcode: 0, errmsg: 'ok', tag });
}

function examplesOf(
  samples: readonly Sample[],
  write: (values: Sample['values']) => unknown,
): Examples {
  const entries = samples.map(({ title, values }, index) => [
    `sample${index + 1}`,
    { summary: both(title, ' · '), value: write(values) },
  ]);
  return Object.fromEntries(entries) as Examples;
}

function requestBody(
  operation: ServedOperation,
  contract: RequestContract,
  made: Schemas,
): RequestBody {
  const { takes, requestSamples: samples } = operation.declared;
  const content: Content = {};
  for (const [mediaType, format] of REPLY_TYPES) {
    if (format === 'bson') {
      content[FORM_TYPE] = formContent(operation, made);
      content[mediaType] = bsonContent(operation);
      continue;
    }
    const written = (values: Sample['values']): unknown =>
      format === 'json' ? values : xmlRequest(contract, values);
    const examples = examplesOf(samples, written);
    content[mediaType] = { schema: ref(contract.name), examples };
  }
  return { required: true, description: memberList(takes), content };
}

function formContent({ declared }: ServedOperation, made: Schemas): MediaType {
  const { takes, requestSamples: samples } = declared;
  return {
    schema: formSchema(takes, made, formRequest(samples[0]?.values ?? {})),
    examples: examplesOf(samples, formRequest),
  };
}

/**
 * `externalValue` of an example would name a file, but generators take it for a reference and fail
 * on a saved document: so an extension of ours does.
 */
function bsonContent(operation: ServedOperation): MediaType & { 'x-samples': string[] } {
  const files = bsonSamples(operation).map(bsonSamplePath);
  return { schema: { type: 'string', format: 'binary' }, 'x-samples': files };
}
