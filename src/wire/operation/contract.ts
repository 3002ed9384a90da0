import { createHash } from 'node:crypto';

/** What a request member holds: text, or a decimal number that is handed on as plain text. */
export type RequestKind = 'text' | 'decimal';

/**
 * What an answer's member holds. `decimal` is given as plain decimal text such as `5.10`; `int` has
 * 32 bits and `long` 64, of which a safe integer's 53 are used.
 */
export type ResultKind = 'text' | 'decimal' | 'int' | 'long' | 'boolean';

/** One member of a flat type. */
export interface Member<Kind> {
  readonly name: string;
  readonly kind: Kind;
}

/** A flat type of the wire. Members stand in declaration order, which is the order of JSON. */
export interface FlatType<Kind> {
  readonly name: string;
  /** XML namespace of the type and its members. */
  readonly namespace: string;
  readonly members: readonly Member<Kind>[];
}

/** A member of an answer that holds records: of any number, in an order that means something. */
export interface ListMember {
  readonly name: string;
  readonly kind: 'list';
  readonly of: TagType;
}

/** The type of a tag, or of the records in one of its lists. Members in declaration order. */
export interface TagType {
  readonly name: string;
  /** XML namespace of the type and its members; the records of its lists have the same one. */
  readonly namespace: string;
  readonly members: readonly (Member<ResultKind> | ListMember)[];
}

/** The body of a request, with what every reader needs to find a member. */
export interface RequestContract extends FlatType<RequestKind> {
  /** Place of a member in `members`, by its exact name. */
  readonly placeOf: ReadonlyMap<string, number>;
  /** Place of a member in `members`, by its name in small letters. */
  readonly placeOfSmall: ReadonlyMap<string, number>;
}

/** The envelope of an answer. */
export interface ResultContract {
  /** XML root, and the name of the type on the legacy help pages. */
  readonly root: string;
  /** The type of `tag`; null when the tag is a plain string. */
  readonly tag: TagType | null;
}

/** XML namespace of every envelope. Source: legacy help pages. */
export const ENVELOPE_NAMESPACE =
  'http://schemas.datacontract.org/2004/07/DigitalScience.DataTransfer';

const TYPES = 'http://schemas.datacontract.org/2004/07/DigitalScience.DataTransfer.Tour.V5.';

/** Namespace of the pay requests. */
export const PARM_PAY = `${TYPES}Parm.Pay`;

/** Namespace of the pay results. */
export const RESULT_PAY = `${TYPES}Result.Pay`;

/** The answer where no operation is known, or whose tag is a plain string. */
export const CommonOperationResult: ResultContract = { root: 'CommonOperationResult', tag: null };

/** A value in an answer: null is written as such, an absent member as null. */
export type ResultValue = string | number | boolean | null;

/** What every operation answers. A null envelope is written as the format's null. */
export interface Envelope {
  readonly errcode: number;
  readonly errmsg: string | null;
  readonly tag: object | string | null;
}

/** A request as read: members in declaration order, null where sent as null, absent where not. */
export type FlatRecord = Record<string, string | null>;

function membersOf<Kind>(kinds: Readonly<Record<string, Kind>>): readonly Member<Kind>[] {
  return Object.entries(kinds).map(([name, kind]) => ({ name, kind }));
}

/** A request type from its members in declaration order. */
export function requestContract(
  name: string,
  namespace: string,
  kinds: Readonly<Record<string, RequestKind>>,
): RequestContract {
  const members = membersOf(kinds);
  return {
    name,
    namespace,
    members,
    placeOf: new Map(members.map((member, place) => [member.name, place])),
    placeOfSmall: new Map(members.map((member, place) => [member.name.toLowerCase(), place])),
  };
}

/**
 * A tag type from its members in declaration order; one that is given as a type is a list of such
 * records. Throws plainly when those have another namespace: the XML declares one for all.
 */
export function tagType(
  name: string,
  namespace: string,
  kinds: Readonly<Record<string, ResultKind | TagType>>,
): TagType {
  const members = Object.entries(kinds).map(([member, kind]) => {
    if (typeof kind === 'string') return { name: member, kind };
    if (kind.namespace !== namespace) throw new Error(`${name}.${member}: another namespace`);
    return { name: member, kind: 'list' as const, of: kind };
  });
  return { name, namespace, members };
}

/** The envelope around a tag of the given type. */
export function resultContract(tag: TagType): ResultContract {
  const root = `CommonOperationResultWithTagOf${tag.name}${namespaceDigest(tag.namespace)}`;
  return { root, tag };
}

/**
 * What a generic type's XML name ends in: Base64 of the first six bytes of the MD5 of the count of
 * type arguments and the argument's namespace, `/` and `+` written `_S` and `_P`.
 * Source: .NET DataContract name rules, checked against the legacy help pages.
 */
export function namespaceDigest(namespace: string): string {
  const digest = createHash('md5').update(` 1 ${namespace}`, 'utf8').digest();
  return digest.subarray(0, 6).toString('base64').replaceAll('/', '_S').replaceAll('+', '_P');
}
