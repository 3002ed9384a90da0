import { Double, serialize } from 'bson';
import type { ReplyBody } from '../codec/charset';
import { encodeHttpError, encodeResult } from '../codec/codec';
import type { Envelope, RequestContract, ResultContract, TagType } from '../operation/contract';
import type { ReplyChoice, ReplyFormat } from '../negotiation/negotiation';
import { xmlText } from '../codec/xml/xml-write';
import type { Sample } from '../operation/operation';
import type { Example, ExampleRecord } from '../operation/wire-type';

type Values = Sample['values'];

/** Media types of answers, in the service's order of preference, with their formats. */
export const REPLY_TYPES: readonly (readonly [mediaType: string, format: ReplyFormat])[] = [
  ['application/json', 'json'],
  ['text/json', 'json'],
  ['application/xml', 'xml'],
  ['text/xml', 'xml'],
  ['application/bson', 'bson'],
];

/** The media type of forms, which only requests have. */
export const FORM_TYPE = 'application/x-www-form-urlencoded';

function utf8(format: ReplyFormat): ReplyChoice {
  const [mediaType] = REPLY_TYPES.find(([, one]) => one === format) ?? [''];
  return { format, mediaType, charset: 'utf-8' };
}

/** An answer exactly as the service writes it. */
export function answerBytes(
  format: ReplyFormat,
  contract: ResultContract,
  envelope: Envelope,
): Uint8Array {
  return bytesOf(encodeResult(utf8(format), contract, envelope));
}

/** An answer as a document shows it: JSON parsed, XML as text. */
export function answerSample(
  format: ReplyFormat,
  contract: ResultContract,
  envelope: Envelope,
): unknown {
  return shown(format, answerBytes(format, contract, envelope));
}

/** A legacy HTTP-level error as a document shows it. */
export function httpErrorSample(format: ReplyFormat, message: string): unknown {
  return shown(format, bytesOf(encodeHttpError(utf8(format), message)));
}

function bytesOf(body: ReplyBody): Uint8Array {
  return typeof body === 'string' ? Buffer.from(body) : body;
}

function shown(format: ReplyFormat, bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString('utf8');
  return format === 'json' ? (JSON.parse(text) as unknown) : text;
}

/** A tag with its decimals as the plain text the writers take. */
export function tagOf(type: TagType | null, values: ExampleRecord): Record<string, unknown> {
  const tag: Record<string, unknown> = {};
  for (const member of type?.members ?? []) {
    const value = values[member.name] ?? null;
    if (member.kind === 'list' && typeof value === 'object') {
      tag[member.name] = value?.map((one) => tagOf(member.of, one)) ?? null;
    } else tag[member.name] = member.kind === 'decimal' ? plainText(value) : value;
  }
  return tag;
}

function plainText(value: Example): Example {
  return typeof value === 'number' ? String(value) : value;
}

/** A request as a form. Nothing there is null, so such a member is left out. */
export function formRequest(values: Values): Record<string, string> {
  const said = Object.entries(values).filter(([, value]) => value !== null);
  return Object.fromEntries(said.map(([name, value]) => [name, String(value)]));
}

/**
 * A request in XML as .NET clients write it: members in alphabetical order, and none for what is
 * null.
 */
export function xmlRequest(contract: RequestContract, values: Values): string {
  const names = contract.members.map((member) => member.name).toSorted();
  const lines = names.flatMap((name) => {
    const value = values[name] ?? null;
    return value === null ? [] : [`  <${name}>${xmlText(String(value))}</${name}>`];
  });
  const space = `xmlns="${contract.namespace}"`;
  return [`<${contract.name} ${space}>`, ...lines, `</${contract.name}>`].join('\n');
}

/** A request in BSON as .NET clients write it: money as a double. */
export function bsonRequest(values: Values): Buffer {
  const members: Record<string, string | boolean | Double | null> = {};
  for (const [name, value] of Object.entries(values)) {
    members[name] = typeof value === 'number' ? new Double(value) : value;
  }
  return Buffer.from(serialize(members));
}
