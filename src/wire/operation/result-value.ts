import { ResultValue } from './contract';

// A value of the wrong type in an answer is our own mistake: these throw plainly.

const PLAIN_DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** A member of a tag; null when it is absent. */
export function tagMember(tag: object, name: string): ResultValue {
  const value = (tag as Readonly<Record<string, ResultValue | undefined>>)[name];
  return value ?? null;
}

/** The records of a list member of a tag; null when it is absent. */
export function tagRecords(tag: object, name: string): readonly object[] | null {
  const value: unknown = Reflect.get(tag, name) ?? null;
  if (value === null) return null;
  if (!Array.isArray(value) || !value.every(isRecord)) {
    throw new Error(`${name} of an answer must be a list of objects`);
  }
  return value;
}

/** A text member. */
export function textOf(name: string, value: ResultValue): string {
  if (typeof value !== 'string') throw new Error(`${name} of an answer must be text`);
  return value;
}

/** The text of a tag that is a plain string. */
export function tagText(tag: object | string): string {
  if (typeof tag !== 'string') throw new Error('the tag of this answer must be text');
  return tag;
}

/** The tag as the object its type describes. */
export function tagObject(tag: object | string): object {
  if (typeof tag === 'string') throw new Error('the tag of this answer must be an object');
  return tag;
}

/** An int member: a 32-bit whole number. */
export function integerOf(name: string, value: ResultValue): number {
  if (typeof value !== 'number' || value !== (value | 0)) {
    throw new Error(`${name} of an answer must be a 32-bit whole number`);
  }
  return value;
}

/** A long member: a whole number that a double holds exactly. */
export function longOf(name: string, value: ResultValue): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new Error(`${name} of an answer must be a safe whole number`);
  }
  return value;
}

/** A boolean member. */
export function booleanOf(name: string, value: ResultValue): boolean {
  if (typeof value !== 'boolean') throw new Error(`${name} of an answer must be true or false`);
  return value;
}

/** A decimal member: plain decimal text. */
export function decimalOf(name: string, value: ResultValue): string {
  if (typeof value !== 'string' || !PLAIN_DECIMAL.test(value)) {
    throw new Error(`${name} of an answer must be plain decimal text`);
  }
  return value;
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
