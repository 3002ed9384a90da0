import { Double, Int32, Long, serialize } from 'bson';
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

type BsonValue = string | boolean | Int32 | Long | Double | null | BsonRecord[];

interface BsonRecord {
  [name: string]: BsonValue;
}

function memberValue(member: TagType['members'][number], tag: object): BsonValue {
  if (member.kind === 'list') {
    return tagRecords(tag, member.name)?.map((one) => recordOf(member.of, one)) ?? null;
  }
  const value = tagMember(tag, member.name);
  if (value === null) return null;
  switch (member.kind) {
    case 'text':
      return textOf(member.name, value);
    case 'int':
      return new Int32(integerOf(member.name, value));
    case 'long':
      return Long.fromNumber(longOf(member.name, value));
    case 'boolean':
      return booleanOf(member.name, value);
    case 'decimal':
      return new Double(Number(decimalOf(member.name, value)));
  }
}

function tagValue(contract: ResultContract, tag: object | string | null): BsonValue | BsonRecord {
  if (tag === null) return null;
  if (contract.tag === null) return tagText(tag);
  return recordOf(contract.tag, tagObject(tag));
}

function recordOf(type: TagType, object: object): BsonRecord {
  const values: BsonRecord = {};
  for (const member of type.members) values[member.name] = memberValue(member, object);
  return values;
}

/** An answer in BSON, members in declaration order. A null envelope is no bytes at all. */
export function writeBson(contract: ResultContract, envelope: Envelope | null): Uint8Array {
  if (envelope === null) return new Uint8Array();
  return serialize({
    errcode: new Int32(integerOf('errcode', envelope.errcode)),
    errmsg: envelope.errmsg,
    tag: tagValue(contract, envelope.tag),
  });
}

/** The legacy body of an HTTP-level error. */
export function writeBsonError(message: string): Uint8Array {
  return serialize({ Message: message });
}
