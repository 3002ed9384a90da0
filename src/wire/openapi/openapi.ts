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

/** The address of an operation's BSON request as a file, for tools that can only upload one. */
export function bsonSamplePath(operation: ServedOperation): string {
  return `/docs/${operation.paths[0].split('/').at(-1)}.bson`;
}

/** The BSON request that the document shows. */
export function bsonSample(operation: ServedOperation): Buffer {
  return bsonRequest(operation.declared.requestSamples[0]?.values ?? {});
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
    for (const type of [takes, answers, ...recordTypesOf(answers)]) {
      schemas[wireNameOf(type).name] = wireSchema(type, made);
    }
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
    tags: [paths[0].split('/').at(-2) ?? ''],
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

function errorTable(operation: ServedOperation, style: StatusStyle): string {
  const rows = refusalsOf(operation).map(({ code }) => {
    const row = ERRORS[code];
    return `| ${row.errcode} | ${row[style]} | ${row.text} |`;
  });
  const head = ['| errcode | HTTP | errmsg |', '|---|---|---|', '| 0 | 200 | ok |'];
  return [...head, ...rows].join('\n');
}

function bsonText(operation: ServedOperation): string {
  const path = bsonSamplePath(operation);
  return [
    `BSON 请求样例文件 · the sample request as a BSON file: [${path}](${path})`,
    hexText('请求 · request', bsonSample(operation)),
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
  { declared }: ServedOperation,
  contract: RequestContract,
  made: Schemas,
): RequestBody {
  const samples = declared.requestSamples;
  const schema = ref(contract.name);
  const content: Content = {};
  for (const [mediaType, format] of REPLY_TYPES) {
    if (format === 'bson') {
      const form = formSchema(declared.takes, made, samples[0]?.values ?? {});
      content[FORM_TYPE] = { schema: form, examples: examplesOf(samples, (values) => values) };
      content[mediaType] = { schema: { type: 'string', format: 'binary' } };
    } else if (format === 'json') {
      content[mediaType] = { schema, examples: examplesOf(samples, (values) => values) };
    } else {
      const write = (values: Sample['values']): string => xmlRequest(contract, values);
      content[mediaType] = { schema, examples: examplesOf(samples, write) };
    }
  }
  return { required: true, description: memberList(declared.takes), content };
}
