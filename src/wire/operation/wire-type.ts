import { requestContract, tagType } from './contract';
import type { RequestContract, RequestKind, ResultKind, TagType } from './contract';

/** The same sentence in the two languages of the documents. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** A value as JSON has it: of a member, or of a list of records. */
export type Example = string | number | boolean | null | readonly ExampleRecord[];

/** The members of a record by their name. */
export interface ExampleRecord {
  readonly [name: string]: Example;
}

/** What a member of a request or of a tag is, for readers, for rules, for people and for tools. */
export interface MemberData {
  readonly kind: RequestKind | ResultKind | 'list';
  /** The class of the records of a list. */
  readonly of?: WireClass;
  readonly meaning: Bilingual;
  /** Must a request bring it? Members of answers are always there. */
  readonly required?: true;
  /** UTF-16 units; null: any length. */
  readonly maxLength: number | null;
  /** The only values there are. */
  readonly allowed?: readonly string[];
  /** Smallest and largest number, for a decimal member. */
  readonly range?: readonly [min: number, max: number];
  /** Is a decimal member of a request a whole number? */
  readonly whole?: true;
  /** A value that works, as JSON has it. */
  readonly example: Example;
  /** Stands behind the inherited members. */
  readonly last?: true;
  /** Is it a member of a tag? */
  readonly told?: true;
}

/** A type's name and XML namespace. */
export interface WireName {
  readonly name: string;
  readonly namespace: string;
}

/** Members by their name, in the order of the wire. */
export type Members = Readonly<Record<string, MemberData>>;

/** The class of a request's body or of an answer's tag. */
export type WireClass = abstract new (...args: never[]) => object;

const TYPE = Symbol('WireType');
const MEMBERS = Symbol('Members');

/** Prefix of a tag's members in the XML of answers. */
export const TAG_PREFIX = 'd2p1';

/**
 * Names a class's type on the wire, as the XML of .NET's DataContract has it. Its members are those
 * that carry a member decorator: own ones, inherited ones, and then what says it comes last.
 */
export function WireType(name: string, namespace: string): ClassDecorator {
  return (target) => {
    Reflect.defineMetadata(TYPE, { name, namespace }, target);
  };
}

/** Notes a member of a wire type. Rules and transformations stand beside it. */
export function wireMember(data: MemberData): PropertyDecorator {
  return (prototype, name) => {
    const own = Reflect.getOwnMetadata(MEMBERS, prototype) as Members | undefined;
    Reflect.defineMetadata(MEMBERS, { ...own, [String(name)]: data }, prototype);
  };
}

/** The members of a class with what was said of them. */
export function membersOfType(type: WireClass): Members {
  return membersOf(type.prototype as object);
}

/** How readers find the members of a request. */
export function requestContractOf(type: WireClass): RequestContract {
  const { name, namespace } = wireNameOf(type);
  return requestContract(name, namespace, kindsOf<RequestKind>(type));
}

/** The type of a tag for writers. */
export function tagTypeOf(type: WireClass): TagType {
  const { name, namespace } = wireNameOf(type);
  const kinds = Object.entries(membersOfType(type)).map(([member, { kind, of }]) => [
    member,
    of ? tagTypeOf(of) : kind,
  ]);
  return tagType(name, namespace, Object.fromEntries(kinds) as Record<string, ResultKind>);
}

/** The classes of the records in the lists of a tag, in those of its records, and so on. */
export function recordTypesOf(type: WireClass): WireClass[] {
  return Object.values(membersOfType(type)).flatMap(({ of }) =>
    of ? [of, ...recordTypesOf(of)] : [],
  );
}

/** How long or which a member may be, in words. */
export function lengthText({ maxLength, range, allowed, example, of }: MemberData): string {
  if (of) return `列表 · list of ${wireNameOf(of).name}`;
  if (typeof example === 'boolean') return 'true / false';
  if (range) return `${range[0]} – ${range[1]}`;
  if (allowed) return allowed.join(', ');
  if (maxLength === null) return '长度不限 · any length';
  return `最多 ${maxLength} 个字符 · at most ${maxLength} characters`;
}

/** The name and the XML namespace of a class's type. */
export function wireNameOf(type: WireClass): WireName {
  const found: unknown = Reflect.getOwnMetadata(TYPE, type);
  if (!found) throw new Error(`${type.name} has no @WireType`);
  return found as WireName;
}

function kindsOf<Kind>(type: WireClass): Record<string, Kind> {
  const kinds = Object.entries(membersOfType(type)).map(([name, { kind }]) => [name, kind]);
  return Object.fromEntries(kinds) as Record<string, Kind>;
}

function membersOf(prototype: object): Members {
  const own = Reflect.getOwnMetadata(MEMBERS, prototype) as Members | undefined;
  const parent = Reflect.getPrototypeOf(prototype);
  const all = Object.entries({ ...own, ...(parent ? membersOf(parent) : {}) });
  const [first, last] = [all.filter(([, one]) => !one.last), all.filter(([, one]) => one.last)];
  return Object.fromEntries([...first, ...last]);
}
