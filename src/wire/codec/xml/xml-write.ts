import {
  Envelope,
  ENVELOPE_NAMESPACE,
  ListMember,
  Member,
  ResultContract,
  ResultKind,
  TagType,
} from '../../operation/contract';
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

/** Namespace of `i:nil`. */
export const INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';
// Everything the legacy writer left as it is, in one run.
const PLAIN = /^[\t -%'-;=?-\ud7ff\ue000-\ufffd]*$/;
const ESCAPED = /[&<>\ufffe\uffff]|\r\n?|\p{Cc}/gu;
const LONE_SURROGATE = /\p{Surrogate}/u;
const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** The fixed text of an answer, made once for each contract. */
interface XmlPlan {
  readonly head: string;
  readonly tail: string;
  readonly tagHead: string;
  readonly members: readonly MemberPlan[];
}

/** The elements of one member, and for a list those of its records. */
type MemberPlan = Elements & ({ member: Member<ResultKind> } | (ListPlan & { member: ListMember }));

interface Elements {
  readonly open: string;
  readonly close: string;
}

interface ListPlan {
  readonly record: Elements;
  readonly members: readonly MemberPlan[];
}

const plans = new WeakMap<ResultContract, XmlPlan>();

function escapeOne(found: string): string {
  const code = found.charCodeAt(0);
  if (code === 0x0a || code === 0x0d) return '\r\n';
  if (code === 0x09 || (code >= 0x7f && code <= 0x9f)) return found;
  return NAMED[found] ?? `&#x${code.toString(16).toUpperCase()};`;
}

/**
 * Text as XML content, escaped as the legacy service did: line breaks as CR LF, control characters
 * as references. Throws plainly on a lone surrogate, which no charset can carry.
 */
export function xmlText(text: string): string {
  if (PLAIN.test(text)) return text;
  if (LONE_SURROGATE.test(text)) throw new Error('a lone surrogate cannot be written in XML');
  return text.replace(ESCAPED, escapeOne);
}

function element(name: string, text: string | null): string {
  return text === null ? `<${name} i:nil="true" />` : `<${name}>${xmlText(text)}</${name}>`;
}

function byName(left: { name: string }, right: { name: string }): number {
  return left.name < right.name ? -1 : 1;
}

function elements(prefix: string, name: string): Elements {
  return { open: `<${prefix}${name}>`, close: `</${prefix}${name}>` };
}

/** The members of a type in alphabetical order, as .NET's DataContract wants them. */
function planMembers(type: TagType, prefix: string): MemberPlan[] {
  return [...type.members].sort(byName).map((member) => {
    const plan = elements(prefix, member.name);
    if (member.kind !== 'list') return { ...plan, member };
    const record = elements(prefix, member.of.name);
    return { ...plan, member, record, members: planMembers(member.of, prefix) };
  });
}

function makePlan(contract: ResultContract): XmlPlan {
  const { tag } = contract;
  return {
    head: `<${contract.root} xmlns:i="${INSTANCE}" xmlns="${ENVELOPE_NAMESPACE}"><errcode>`,
    tail: `</${contract.root}>`,
    tagHead: tag ? `<tag xmlns:d2p1="${tag.namespace}"` : '<tag',
    members: tag ? planMembers(tag, 'd2p1:') : [],
  };
}

function planOf(contract: ResultContract): XmlPlan {
  let plan = plans.get(contract);
  if (!plan) {
    plan = makePlan(contract);
    plans.set(contract, plan);
  }
  return plan;
}

function memberText(member: Member<ResultKind>, tag: object): string | null {
  const value = tagMember(tag, member.name);
  if (value === null) return null;
  switch (member.kind) {
    case 'text':
      return xmlText(textOf(member.name, value));
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

function membersText(plans: readonly MemberPlan[], object: object): string {
  let text = '';
  for (const plan of plans) {
    const value = 'record' in plan ? recordsText(plan, object) : memberText(plan.member, object);
    if (value === null) text += `${plan.open.slice(0, -1)} i:nil="true" />`;
    else if (value === '' && 'record' in plan) text += `${plan.open.slice(0, -1)} />`;
    else text += plan.open + value + plan.close;
  }
  return text;
}

function recordsText(plan: ListPlan & { member: ListMember }, object: object): string | null {
  const records = tagRecords(object, plan.member.name);
  if (records === null) return null;
  const { open, close } = plan.record;
  return records.map((one) => open + membersText(plan.members, one) + close).join('');
}

function tagElement(contract: ResultContract, plan: XmlPlan, tag: object | string | null): string {
  if (tag === null) return `${plan.tagHead} i:nil="true" />`;
  if (contract.tag === null) return element('tag', tagText(tag));
  return `${plan.tagHead}>${membersText(plan.members, tagObject(tag))}</tag>`;
}

/**
 * The members of an object as elements without a prefix, in alphabetical order, as .NET's
 * DataContract wants them. What stands around them declares their namespace and `i`.
 */
export function writeXmlMembers(type: TagType, object: object): string {
  return membersText(planMembers(type, ''), object);
}

/** An answer in XML: no declaration, no indentation, members in alphabetical order. */
export function writeXml(contract: ResultContract, envelope: Envelope | null): string {
  if (envelope === null) {
    const spaces = `xmlns:i="${INSTANCE}" xmlns="${ENVELOPE_NAMESPACE}"`;
    return `<${contract.root} i:nil="true" ${spaces} />`;
  }
  const plan = planOf(contract);
  const errcode = integerOf('errcode', envelope.errcode);
  const errmsg = element('errmsg', envelope.errmsg);
  const tag = tagElement(contract, plan, envelope.tag);
  return `${plan.head}${errcode}</errcode>${errmsg}${tag}${plan.tail}`;
}

/** The legacy body of an HTTP-level error. */
export function writeXmlError(message: string): string {
  return `<Error>${element('Message', message)}</Error>`;
}
