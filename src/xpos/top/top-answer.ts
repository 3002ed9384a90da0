import { jsonString } from '../../wire/codec/json/json-write';
import type { TopErrorBody } from './top-errors';
import type { TopWish } from '../router/top-request';
import { type TopXml, writeTopXml } from './top-xml';

/** A value in an answer. Whole numbers of any size are written digit by digit. */
export type TopValue = string | number | bigint | boolean | TopObject;

/** An object in an answer: members in the order in which they are written; undefined: left out. */
export interface TopObject {
  readonly [name: string]: TopValue | undefined;
}

const PREFIX = /^taobao\./;

/** The node around a method's answer: dots become underscores, a leading `taobao.` goes. */
export function responseNode(method: string): string {
  return `${method.replace(PREFIX, '').replaceAll('.', '_')}_response`;
}

/** The text of a method's answer. */
export function writeResponse(
  method: string,
  members: TopObject,
  requestId: string,
  wish: TopWish,
): string {
  const content: TopObject = { ...members, request_id: requestId };
  if (wish.simplify) return toJson(content);
  return write(responseNode(method), content, wish);
}

/** The text of a refusal; never simplified away. */
export function writeError(error: TopErrorBody, requestId: string, wish: TopWish): string {
  const { code, msg, sub_code, sub_msg } = error;
  return write('error_response', { code, msg, sub_code, sub_msg, request_id: requestId }, wish);
}

/** The media type of an answer, in the platform's spelling. */
export function contentType({ format }: TopWish): string {
  return `text/${format === 'json' ? 'javascript' : 'xml'};charset=UTF-8`;
}

function write(root: string, content: TopObject, { format }: TopWish): string {
  return format === 'json' ? toJson({ [root]: content }) : writeTopXml(root, toXml(content));
}

function membersOf(object: TopObject): [string, TopValue][] {
  return Object.entries(object).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
}

function wholeNumber(value: number): string {
  if (!Number.isSafeInteger(value))
    throw new Error('a number of an answer must be a whole, safe one');
  return String(value);
}

/** Whole numbers and truth are written alike in both formats. */
function digits(value: number | bigint | boolean): string {
  return typeof value === 'number' ? wholeNumber(value) : String(value);
}

function toJson(value: TopValue): string {
  if (typeof value === 'string') return jsonString(value);
  if (typeof value !== 'object') return digits(value);
  const members = membersOf(value).map(([name, one]) => `${jsonString(name)}:${toJson(one)}`);
  return `{${members.join(',')}}`;
}

function toXml(content: TopObject): TopXml {
  const members = membersOf(content).map(([name, value]) => {
    if (typeof value === 'string') return [name, value];
    return [name, typeof value === 'object' ? toXml(value) : digits(value)];
  });
  return Object.fromEntries(members) as TopXml;
}
