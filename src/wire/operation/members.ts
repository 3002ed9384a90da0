import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { ValidateBy } from 'class-validator';
import { BILL_TYPE_NAMES, BILL_TYPES, isBillType } from '../../domain/bill';
import { MAX_AMOUNT, parseYuan } from '../../domain/money';
import type { YuanFault } from '../../domain/money';
import type { ResultKind } from './contract';
import { membersOfType, wireMember } from './wire-type';
import type { Bilingual, ExampleRecord, MemberData, WireClass } from './wire-type';

/** White space as .NET's [Required] sees it: U+3000 counts, U+200B does not. */
const BLANK = /^[\s\u0085]*$/;
const BYTE_ORDER_MARK = '\uFEFF';
const LONE_SURROGATE = /\p{Surrogate}/u;
/** Milliseconds since 1970, from 2001 to 2286: seconds and microseconds are told apart. */
const EPOCH_MS = /^[1-9]\d{12}$/;
/** Characters no number of a document has. */
const CONTROLS = /\p{Cc}/u;

const YUAN_FAULTS: Record<YuanFault, string> = {
  grammar: '不是合法的金额 (not a decimal amount such as 5.10)',
  fraction: '最多两位小数 (at most two decimals)',
  range: '须在 0.01 到 100000000.00 之间 (must be from 0.01 to 100000000.00)',
};

const BILL_TYPE_TEXTS = {
  zh: BILL_TYPES.map((type) => `${type} ${BILL_TYPE_NAMES[type].zh}`).join(','),
  en: BILL_TYPES.map((type) => `${type} ${BILL_TYPE_NAMES[type].en}`).join(', '),
};

/** Why a member's value is refused; null when it is fine. Never repeats the value. */
export type Reason = string | null;

/** What a member means, and a value that works. */
export interface MemberText extends Bilingual {
  readonly example: MemberData['example'];
}

/** What is checked of a text. */
export interface TextRule {
  readonly required: boolean;
  /** UTF-16 units, as the legacy service counted. */
  readonly max?: number;
  /** No control characters. */
  readonly strict?: boolean;
}

/** Why a text is refused; null when it is fine. */
export function textReason(value: unknown, { required, max, strict }: TextRule): Reason {
  if (value === undefined || value === null || (typeof value === 'string' && isBlank(value))) {
    return required ? '必填 (is required)' : null;
  }
  if (typeof value !== 'string') return '须为文本 (must be text)';
  if (value.length > (max ?? Infinity)) return `最多 ${max} 个字符 (at most ${max} characters)`;
  if (LONE_SURROGATE.test(value)) return '含有无效字符 (holds half a character)';
  if (strict && CONTROLS.test(value)) return '含有控制字符 (holds control characters)';
  return null;
}

/** A member of a request with a rule of its own: `reasonOf` says why a value is refused. */
export function RequestMember(
  data: Omit<MemberData, 'meaning' | 'example'> & MemberText,
  reasonOf: (value: unknown, owner: object) => Reason,
): PropertyDecorator {
  const { zh, en, ...rest } = data;
  return applyDecorators(wireMember({ ...rest, meaning: { zh, en } }), rule(reasonOf));
}

/** A number or code: required, at most `max` UTF-16 units, no control characters. */
export function Code(max: number, text: MemberText): PropertyDecorator {
  return RequestMember({ ...text, kind: 'text', required: true, maxLength: max }, (value) =>
    textReason(value, { required: true, max, strict: true }),
  );
}

/** Free text: required, any length. */
export function Text(text: MemberText): PropertyDecorator {
  return RequestMember({ ...text, kind: 'text', required: true, maxLength: null }, (value) =>
    textReason(value, { required: true }),
  );
}

/** Free text that may be missing, null or empty; of any length where `rule` names none. */
export function OptionalText(
  text: MemberText,
  rule: Omit<TextRule, 'required'> = {},
): PropertyDecorator {
  return RequestMember({ ...text, kind: 'text', maxLength: rule.max ?? null }, (value) =>
    textReason(value, { ...rule, required: false }),
  );
}

/** An optional text that says something; null where it is missing or blank, and so unchecked. */
export function saidText(value: string | null | undefined): string | null {
  return value === undefined || value === null || isBlank(value) ? null : value;
}

/** Why a time is refused; null when it is fine, or not given. */
export function epochMsReason(value: unknown): Reason {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && EPOCH_MS.test(value)) return null;
  return '须为 13 位毫秒时间戳 (must be epoch milliseconds, 13 digits)';
}

/** A time in epoch ms that may be missing or null, behind all other members. */
export function OptionalEpochMs(text: MemberText): PropertyDecorator {
  const range = [1_000_000_000_000, 9_999_999_999_999] as const;
  return RequestMember(
    { ...text, kind: 'decimal', whole: true, maxLength: null, range, last: true },
    (value) => epochMsReason(value),
  );
}

/** One of the bill types. */
export function BillTypeCode(): PropertyDecorator {
  const data: Omit<MemberData, 'meaning'> & MemberText = {
    ...{ zh: `订单类型:${BILL_TYPE_TEXTS.zh}`, en: `bill type: ${BILL_TYPE_TEXTS.en}` },
    ...{ kind: 'text', required: true, maxLength: 1, allowed: BILL_TYPES, example: '1' },
  };
  return RequestMember(data, (value) => {
    const reason = textReason(value, { required: true });
    if (reason !== null) return reason;
    if (typeof value === 'string' && isBillType(value)) return null;
    return `须为 ${BILL_TYPES.join('、')} 之一 (must be one of ${BILL_TYPES.join(', ')})`;
  });
}

/** An amount to pay: yuan text on the wire, fen in the instance. */
export function Yuan(text: MemberText): PropertyDecorator {
  const range = [0.01, MAX_AMOUNT / 100] as const;
  return applyDecorators(
    RequestMember({ ...text, kind: 'decimal', required: true, maxLength: null, range }, (value) => {
      if (isAmount(value)) return null; // It has been read: bodies hold texts alone.
      if (value === undefined || value === null || value === '') return '必填 (is required)';
      const reading = typeof value === 'string' ? parseYuan(value) : null;
      return YUAN_FAULTS[reading?.ok === false ? reading.fault : 'grammar'];
    }),
    Transform(({ value }: { value: unknown }) => {
      const reading = typeof value === 'string' ? parseYuan(value) : null;
      return reading?.ok ? reading.amount : value;
    }),
  );
}

/** A member of an answer's tag. */
export function TagMember(
  kind: ResultKind,
  data: Pick<MemberData, 'maxLength' | 'allowed' | 'range'> & MemberText,
): PropertyDecorator {
  const { zh, en, ...rest } = data;
  return wireMember({ ...rest, kind, meaning: { zh, en }, told: true });
}

/** A member of an answer's tag that is a list of records: `of` is a `@WireType` of `TagMember`s. */
export function TagList(of: WireClass, { zh, en }: Bilingual): PropertyDecorator {
  const members = Object.entries(membersOfType(of)).map(([name, { example }]) => [name, example]);
  const example = [Object.fromEntries(members) as ExampleRecord];
  const meaning = { zh, en };
  return wireMember({ kind: 'list', of, meaning, maxLength: null, example, told: true });
}

function isAmount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) > 0 && Number(value) <= MAX_AMOUNT;
}

function isBlank(value: string): boolean {
  return BLANK.test(value) && !value.includes(BYTE_ORDER_MARK);
}

function rule(reasonOf: (value: unknown, owner: object) => Reason): PropertyDecorator {
  return ValidateBy({
    name: 'member',
    validator: {
      validate: (value, args) => reasonOf(value, args?.object ?? {}) === null,
      defaultMessage: (args) => (args && reasonOf(args.value, args.object)) ?? 'is invalid',
    },
  });
}
