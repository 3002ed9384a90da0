import { ENVELOPE_NAMESPACE, namespaceDigest } from '../operation/contract';
import type { ResultContract } from '../operation/contract';
import { lengthText, membersOfType, TAG_PREFIX, wireNameOf } from '../operation/wire-type';
import type { WireClass } from '../operation/wire-type';
import { both } from './openapi-types';
import type { Schema, SchemaOrRef, Schemas } from './openapi-types';

/** The name of the legacy HTTP-level error in the document. */
export const HTTP_ERROR = 'HttpError';

/** A reference to a schema of the document. */
export function ref(name: string): { $ref: string } {
  return { $ref: `#/components/schemas/${name}` };
}

/** The envelope's name without the digest, which only XML shows. */
export function envelopeName(contract: ResultContract): string {
  if (contract.tag === null) return contract.root;
  return contract.root.slice(0, -namespaceDigest(contract.tag.namespace).length);
}

/** The members of a type as a list for people; a table would not fit a phone. */
export function memberList(type: WireClass, indent = ''): string {
  const items = Object.entries(membersOfType(type)).map(([name, data]) => {
    const needed = data.required ? ' **必填 · required**' : '';
    const item = `${indent}- \`${name}\`${needed} (${lengthText(data)})`;
    const inner = data.of ? `\n${memberList(data.of, `${indent}  `)}` : '';
    return `${item} ${both(data.meaning, ' · ')}${inner}`;
  });
  return items.join('\n');
}

/**
 * What the framework made of a class, with what it does not know: the names of XML, and the order
 * of the wire.
 */
export function wireSchema(type: WireClass, made: Schemas): Schema {
  const { name, namespace } = wireNameOf(type);
  const schema = made[name] as Schema | undefined;
  const members = Object.entries(membersOfType(type));
  const tag = members.some(([, { told }]) => told) ? { prefix: TAG_PREFIX } : {};
  const properties = members.map(([member]) => {
    const one = schema?.properties?.[member];
    if (!one) throw new Error(`the document lacks ${name}.${member}`);
    return [member, one] as const;
  });
  const required = members.map(([one]) => one).filter((one) => schema?.required?.includes(one));
  return {
    ...schema,
    ...(required.length > 0 ? { required } : {}),
    type: 'object',
    xml: { name, namespace, ...tag },
    properties: Object.fromEntries(properties),
  };
}

/**
 * A request as a form that a page fills in: with the values of one sample, which go together. A
 * member it does not have is left empty.
 */
export function formSchema(type: WireClass, made: Schemas, form: Record<string, string>): Schema {
  const schema = wireSchema(type, made);
  const properties = Object.entries(schema.properties ?? {}).map(([name, member]) => {
    const field = formField(member as Schema);
    return [name, name in form ? { ...field, example: form[name] } : field];
  });
  return { ...schema, properties: Object.fromEntries(properties) as Schemas };
}

/** A member in a form: text, and never null. */
function formField({ oneOf, description, maxLength, enum: allowed }: Schema): Schema {
  const { pattern } = (oneOf?.at(-1) ?? {}) as Schema;
  return {
    type: 'string',
    ...(description === undefined ? {} : { description }),
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(allowed ? { enum: allowed.filter((one) => one !== null) } : {}),
  };
}

/**
 * The envelope of an answer. A tag may be null: so says its own schema, for beside a reference
 * `nullable` is void in OpenAPI 3.0. It is said again beside the reference, where generators look
 * for it.
 */
export function envelopeSchema(contract: ResultContract): Schema {
  const xml = { namespace: ENVELOPE_NAMESPACE };
  const tagMeaning =
    'errcode 不为 0 时通常为 null · null unless errcode is 0 or an error says more';
  const tag: SchemaOrRef = contract.tag
    ? {
        type: 'object',
        nullable: true,
        allOf: [ref(contract.tag.name)],
        description: tagMeaning,
        xml,
      }
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
