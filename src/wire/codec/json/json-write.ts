import { Envelope, ResultContract, TagType } from '../../operation/contract';
import {
  booleanOf,
  decimalOf,
  integerOf,
  longOf,
  tagMember,
  tagObject,
  tagRecords,
  tagText,
  textOf,
} from '../../operation/result-value';

const PLAIN = /^[ !#-[\]-~\u00a0-\u2027\u202a-\ud7ff\ue000-\uffff]*$/;
const LONE_SURROGATE = /\p{Surrogate}/u;
const SEPARATORS = /[\u0085\u2028\u2029]/g;

/**
 * Text as a JSON string, escaped as the legacy service did.
 * Throws plainly on a lone surrogate, which no charset can carry.
 */
export function jsonString(text: string | null): string {
  if (text === null) return 'null';
  if (PLAIN.test(text)) return `"${text}"`;
  if (LONE_SURROGATE.test(text)) throw new Error('a lone surrogate cannot be written in JSON');
  return JSON.stringify(text).replace(
    SEPARATORS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function memberValue(member: TagType['members'][number], tag: object): string {
  if (member.kind === 'list') {
    const records = tagRecords(tag, member.name);
    if (records === null) return 'null';
    return `[${records.map((one) => writeJsonObject(member.of, one)).join(',')}]`;
  }
  const value = tagMember(tag, member.name);
  if (value === null) return 'null';
  switch (member.kind) {
    case 'text':
      return jsonString(textOf(member.name, value));
    case 'int':
      return String(integerOf(member.name, value));
    case 'long':
      return String(longOf(member.name, value));
    case 'boolean':
      return String(booleanOf(member.name, value));
    case 'decimal':
      return decimalOf(member.name, value);
  }
}

function tagValue(contract: ResultContract, tag: object | string | null): string {
  if (tag === null) return 'null';
  if (contract.tag === null) return jsonString(tagText(tag));
  return writeJsonObject(contract.tag, tagObject(tag));
}

/** An object in JSON, members in declaration order. */
export function writeJsonObject(type: TagType, object: object): string {
  let text = '{';
  for (const member of type.members) {
    text += `${text === '{' ? '' : ','}"${member.name}":${memberValue(member, object)}`;
  }
  return `${text}}`;
}

/** An answer in JSON: compact, members in declaration order, nulls written. */
export function writeJson(contract: ResultContract, envelope: Envelope | null): string {
  if (envelope === null) return 'null';
  const errcode = integerOf('errcode', envelope.errcode);
  const tag = tagValue(contract, envelope.tag);
  return `{"errcode":${errcode},"errmsg":${jsonString(envelope.errmsg)},"tag":${tag}}`;
}

/** The legacy body of an HTTP-level error. */
export function writeJsonError(message: string): string {
  return `{"Message":${jsonString(message)}}`;
}
