import type { ApiPropertyOptions } from '@nestjs/swagger';
import type { RequestKind, ResultKind } from '../operation/contract';
import { lengthText, membersOfType, TAG_PREFIX, wireNameOf } from '../operation/wire-type';
import type { MemberData, WireClass } from '../operation/wire-type';
import type { Words } from './documented';
import { ref } from './openapi-schemas';

const SCHEMA_TYPES = {
  text: { type: 'string' },
  decimal: { type: 'number' },
  int: { type: 'integer' },
  long: { type: 'integer', format: 'int64' },
  boolean: { type: 'boolean' },
} as const satisfies Record<RequestKind | ResultKind, object>;

/** Tells the framework what it makes the schema of a class from. */
export function describeType(type: WireClass, { ApiProperty, ApiSchema }: Words): void {
  const { name, namespace } = wireNameOf(type);
  ApiSchema({ name })(type);
  for (const [member, data] of Object.entries(membersOfType(type))) {
    ApiProperty(schemaOf(data, namespace))(type.prototype as object, member);
  }
}

/** A decimal member of a request as text: white space around it and a sign do not count. */
const AMOUNT_TEXT = String.raw`^[ \t\r\n]*\+?(\d+(\.\d*)?|\.\d+)[ \t\r\n]*$`;
const WHOLE_TEXT = String.raw`^\d+$`;

/**
 * Every member of a tag is always there, and may be null: a refusal's tag names the receipt and
 * says nothing of how it stands. A member of a request may be null where it may be missing.
 */
function schemaOf(data: MemberData, namespace: string): ApiPropertyOptions {
  const { meaning, example, told, required } = data;
  const description = `${meaning.zh} · ${meaning.en} (${lengthText(data)})`;
  const prefix = told ? { prefix: TAG_PREFIX } : {};
  const xml = { namespace, ...prefix, ...(data.of ? { wrapped: true } : {}) };
  return { ...valueSchema(data), description, example, xml, required: told ?? required ?? false };
}

/** What values it may have. */
function valueSchema(data: MemberData): object {
  const { kind, told, required, maxLength, allowed } = data;
  const nullable = told || !required ? { nullable: true } : {};
  if (kind === 'decimal' && !told) return { oneOf: numberOrText(data, nullable) };
  return {
    ...schemaType(data),
    ...(maxLength === null ? {} : { maxLength }),
    ...(allowed ? { enum: nullable.nullable ? [...allowed, null] : [...allowed] } : {}),
    ...limits(data),
    ...nullable,
  };
}

/** A number of a request in JSON and BSON, or the same as text, as it is in XML and in forms. */
function numberOrText(data: MemberData, nullable: object): object[] {
  const number = data.whole ? SCHEMA_TYPES.long : SCHEMA_TYPES.decimal;
  const text = { type: 'string', pattern: data.whole ? WHOLE_TEXT : AMOUNT_TEXT };
  return [{ ...number, ...limits(data), ...nullable }, text];
}

function limits({ range }: MemberData): object {
  return range ? { minimum: range[0], maximum: range[1] } : {};
}

function schemaType({ kind, of }: MemberData): object {
  if (kind !== 'list') return SCHEMA_TYPES[kind];
  if (!of) throw new Error('a list without the class of its records');
  return { type: 'array', items: ref(wireNameOf(of).name) };
}
