import type { Document, RequestBody, Schema } from '../../src/wire/openapi/openapi-types';

/** A member as a client depends on it: its types, and the words of a closed list. */
type Members = Readonly<Record<string, string>>;

/** What a client of one operation depends on. */
export interface OperationContract {
  readonly aliases: readonly string[];
  readonly required: readonly string[];
  readonly takes: Members;
  readonly tells: Members;
}

/** By address. */
export type Contract = Readonly<Record<string, OperationContract>>;

/** Tags that stay as they are: clients of the old service have classes of them. */
const CLOSED = ['ScanCode', 'BarCode', 'Query', 'Cancel'];
/** Members whose words stay as they are. */
const CLOSED_WORDS = ['paystatus', 'billstatus', 'refundstatus'];

/** What clients depend on, out of the document. */
export function contractOf(document: Document): Contract {
  const schemas = document.components?.schemas as Record<string, Schema>;
  const named = (one: object | undefined): Schema =>
    schemas[(one as { $ref: string }).$ref.split('/').at(-1) ?? ''] ?? {};
  const operations = Object.entries(document.paths).flatMap(([path, { post }]) => {
    const content = (post?.requestBody as RequestBody | undefined)?.content['application/json'];
    if (!post || !content) return [];
    const takes = named(content.schema);
    const answer = post.responses['200'] as RequestBody;
    const { tag } = named(answer.content['application/json']?.schema).properties ?? {};
    const told = named((tag as Schema).allOf?.[0]);
    const aliases = (post as { 'x-aliases'?: string[] })['x-aliases'] ?? [];
    const required = takes.required ?? [];
    return [
      [path, { aliases, required, takes: membersOf(takes), tells: membersOf(told) }] as const,
    ];
  });
  return Object.fromEntries(operations);
}

function membersOf({ properties = {} }: Schema): Members {
  const entries = Object.entries(properties as Record<string, Schema>);
  return Object.fromEntries(entries.map(([name, one]) => [name, memberOf(name, one)]));
}

function memberOf(name: string, { type, oneOf, maxLength, enum: words }: Schema): string {
  const types = (oneOf as Schema[] | undefined)?.map((one) => String(one.type)) ?? [String(type)];
  const closed = CLOSED_WORDS.includes(name) ? (words ?? []) : [];
  const named = closed.filter((word) => word !== null).join(', ');
  const list = named === '' ? '' : ` of ${named}`;
  return `${types.join(' or ')}${maxLength === undefined ? '' : ` to ${maxLength}`}${list}`;
}

/** What of a kept contract another one breaks, in words; additions break nothing. */
export function broken(kept: Contract, now: Contract): string[] {
  return Object.entries(kept).flatMap(([path, was]) => {
    const is = now[path];
    if (!is) return [`${path} is gone`];
    const own = path.split('/').at(-1) ?? '';
    const grown = is.required.filter((name) => !was.required.includes(name));
    const more = Object.keys(is.tells).filter((name) => !(name in was.tells));
    return [
      ...was.aliases.filter((one) => !is.aliases.includes(one)).map((one) => `${one} is gone`),
      ...grown.map((name) => `${path}: ${name} is required now`),
      ...changed(was.takes, is.takes).map((what) => `${path} takes ${what}`),
      ...changed(was.tells, is.tells).map((what) => `${path} tells ${what}`),
      ...(CLOSED.includes(own) ? more.map((name) => `${path} tells more: ${name}`) : []),
      ...(CLOSED.includes(own) && !inOrder(was.tells, is.tells) ? [`${path}: other order`] : []),
    ];
  });
}

function inOrder(was: Members, is: Members): boolean {
  return Object.keys(was).join() === Object.keys(is).join();
}

function changed(was: Members, is: Members): string[] {
  const different = Object.entries(was).filter(([name, what]) => is[name] !== what);
  return different.map(([name, what]) => `${name}: ${is[name] ?? 'nothing'}, was ${what}`);
}
