import { ENVELOPE_NAMESPACE, namespaceDigest } from '../operation/contract';
import type {
  FlatType,
  Member,
  RequestKind,
  ResultContract,
  ResultKind,
} from '../operation/contract';
import type { MemberDescription } from '../operation/operation-description';
import { both } from './openapi-types';
import type { Schema, SchemaOrRef, Schemas } from './openapi-types';

type Described = Readonly<Record<string, MemberDescription>>;

/** Prefix of a tag's members in the XML of answers. */
const TAG_PREFIX = 'd2p1';

/** The name of the legacy HTTP-level error in the document. */
export const HTTP_ERROR = 'HttpError';

const TYPES: Readonly<Record<RequestKind | ResultKind, Pick<Schema, 'type' | 'format'>>> = {
  text: { type: 'string' },
  decimal: { type: 'number' },
  int: { type: 'integer' },
  long: { type: 'integer', format: 'int64' },
  boolean: { type: 'boolean' },
};

/** A reference to a schema of the document. */
export function ref(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** The envelope's name without the digest, which only XML shows. */
export function envelopeName(contract: ResultContract): string {
  if (contract.tag === null) return contract.root;
  return contract.root.slice(0, -namespaceDigest(contract.tag.namespace).length);
}

function lengthText({ maxLength, range, allowed, example }: MemberDescription): string {
  if (typeof example === 'boolean') return 'true / false';
  if (range) return `${range[0]} – ${range[1]}`;
  if (allowed) return allowed.join(', ');
  if (maxLength === null) return '长度不限 · any length';
  return `最多 ${maxLength} 个字符 · at most ${maxLength} characters`;
}

/** The members of a flat type as a list for people; a table would not fit a phone. */
export function memberList(type: FlatType<RequestKind | ResultKind>, described: Described): string {
  const items = type.members.flatMap(({ name }) => {
    const one = described[name];
    if (!one) return [];
    const needed = one.required ? ' **必填 · required**' : '';
    return `- \`${name}\`${needed} (${lengthText(one)}) ${both(one.meaning, ' · ')}`;
  });
  return items.join('\n');
}

function memberSchema(
  member: Member<RequestKind | ResultKind>,
  description: MemberDescription | undefined,
  xml: NonNullable<Schema['xml']>,
): Schema {
  if (!description) throw new Error(`member ${member.name} is not described`);
  const { meaning, maxLength, allowed, range, example } = description;
  return {
    ...TYPES[member.kind],
    description: `${both(meaning, ' · ')} (${lengthText(description)})`,
    example,
    ...(maxLength === null ? {} : { maxLength }),
    ...(allowed ? { enum: [...allowed] } : {}),
    ...(range ? { minimum: range[0], maximum: range[1] } : {}),
    xml,
  };
}

function flatSchema(
  type: FlatType<RequestKind | ResultKind>,
  described: Described,
  prefix: string | null,
): Schema {
  const xml = { namespace: type.namespace, ...(prefix === null ? {} : { prefix }) };
  const members = type.members.map(
    (member) => [member.name, memberSchema(member, described[member.name], xml)] as const,
  );
  return {
    type: 'object',
    xml: { name: type.name, ...xml },
    properties: Object.fromEntries(members),
  };
}

/** The body of a request. */
export function requestSchema(type: FlatType<RequestKind>, described: Described): Schema {
  const names = type.members.map((member) => member.name);
  const required = names.filter((name) => described[name]?.required);
  // A list of required members must not be empty.
  return { ...flatSchema(type, described, null), ...(required.length > 0 ? { required } : {}) };
}

/** The tag of an answer. Every member is always there; one without a list of words may be null. */
export function tagSchema(type: FlatType<ResultKind>, described: Described): Schema {
  const schema = flatSchema(type, described, TAG_PREFIX);
  const properties = Object.entries(schema.properties ?? {}).map(
    ([name, one]) => [name, 'enum' in one ? one : { ...one, nullable: true }] as const,
  );
  return {
    ...schema,
    properties: Object.fromEntries(properties),
    required: properties.map(([name]) => name),
  };
}

/** The envelope of an answer. */
export function envelopeSchema(contract: ResultContract): Schema {
  const xml = { namespace: ENVELOPE_NAMESPACE };
  const tagMeaning =
    'errcode 不为 0 时通常为 null · null unless errcode is 0 or an error says more';
  const tag: SchemaOrRef = contract.tag
    ? { allOf: [ref(contract.tag.name)], nullable: true, description: tagMeaning, xml }
    : { type: 'string', nullable: true, description: tagMeaning, xml };
  return {
    type: 'object',
    xml: { name: contract.root, ...xml },
    required: ['errcode', 'errmsg', 'tag'],
    properties: {
      errcode: {
        type: 'integer',
        format: 'int32',
        description: '0 成功，其他见错误码表 · 0: done; others: see the table of the operation',
        example: 0,
        xml,
      },
      errmsg: {
        type: 'string',
        nullable: true,
        description: '成功时为 ok，否则为可显示的原因 · `ok`, or a reason that may be shown',
        example: 'ok',
        xml,
      },
      tag,
    },
  };
}

/** The legacy body of errors that never reach an operation. */
export const httpErrorSchema: Schemas[string] = {
  type: 'object',
  description: '未到达接口的 HTTP 错误(与旧系统相同) · HTTP errors outside operations, as before',
  xml: { name: 'Error' },
  required: ['Message'],
  properties: {
    Message: {
      type: 'string',
      description: '英文原因 · the reason, in English',
      example: 'An error has occurred.',
    },
  },
};
