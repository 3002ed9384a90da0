import {
  Envelope,
  ENVELOPE_NAMESPACE,
  FlatType,
  Member,
  ResultContract,
  ResultKind,
} from '../../operation/contract';
import {
  booleanOf,
  decimalOf,
  integerOf,
  longOf,
  tagMember,
  tagObject,
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
  readonly members: readonly { member: Member<ResultKind>; open: string; close: string }[];
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

function byName(left: Member<ResultKind>, right: Member<ResultKind>): number {
  return left.name < right.name ? -1 : 1;
}

function makePlan(contract: ResultContract): XmlPlan {
  const tag: FlatType<ResultKind> | null = contract.tag;
  return {
    head: `<${contract.root} xmlns:i="${INSTANCE}" xmlns="${ENVELOPE_NAMESPACE}"><errcode>`,
    tail: `</${contract.root}>`,
    tagHead: tag ? `<tag xmlns:d2p1="${tag.namespace}"` : '<tag',
    members: [...(tag?.members ?? [])].sort(byName).map((member) => ({
      member,
      open: `<d2p1:${member.name}>`,
      close: `</d2p1:${member.name}>`,
    })),
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

function tagElement(contract: ResultContract, plan: XmlPlan, tag: object | string | null): string {
  if (tag === null) return `${plan.tagHead} i:nil="true" />`;
  if (contract.tag === null) return element('tag', tagText(tag));
  const members = tagObject(tag);
  let text = `${plan.tagHead}>`;
  for (const { member, open, close } of plan.members) {
    const value = memberText(member, members);
    text += value === null ? `${open.slice(0, -1)} i:nil="true" />` : open + value + close;
  }
  return `${text}</tag>`;
}

/**
 * The members of a flat object as elements without a prefix, in alphabetical order, as .NET's
 * DataContract wants them. What stands around them declares their namespace and `i`.
 */
export function writeXmlMembers(type: FlatType<ResultKind>, object: object): string {
  const members = [...type.members].sort(byName);
  return members
    .map((member) => {
      const value = memberText(member, object);
      const { name } = member;
      return value === null ? `<${name} i:nil="true" />` : `<${name}>${value}</${name}>`;
    })
    .join('');
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
