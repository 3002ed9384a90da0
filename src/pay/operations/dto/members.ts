import { ValidateBy } from 'class-validator';
import { BILL_TYPES, isBillType } from '../../../domain/bill';
import { parseYuan } from '../../../domain/money';
import type { YuanFault } from '../../../domain/money';
import { scannedCode } from '../../../domain/collect/scanned-code';

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

/** Why a member's value is refused; null when it is fine. Never repeats the value. */
type Reason = string | null;

function isBlank(value: string): boolean {
  return BLANK.test(value) && !value.includes(BYTE_ORDER_MARK);
}

/** Lengths count UTF-16 units, as the legacy service counted. */
function tooLong(value: string, max: number): boolean {
  return value.length > max;
}

function textReason(value: unknown, required: boolean, max: number, strict: boolean): Reason {
  if (value === undefined || value === null || (typeof value === 'string' && isBlank(value))) {
    return required ? '必填 (is required)' : null;
  }
  if (typeof value !== 'string') return '须为文本 (must be text)';
  if (tooLong(value, max)) return `最多 ${max} 个字符 (at most ${max} characters)`;
  if (LONE_SURROGATE.test(value)) return '含有无效字符 (holds half a character)';
  if (strict && CONTROLS.test(value)) return '含有控制字符 (holds control characters)';
  return null;
}

function rule(name: string, reasonOf: (value: unknown, owner: object) => Reason) {
  return ValidateBy({
    name,
    validator: {
      validate: (value, args) => reasonOf(value, args?.object ?? {}) === null,
      defaultMessage: (args) => (args && reasonOf(args.value, args.object)) ?? 'is invalid',
    },
  });
}

/** A number or code: required, at most `max` UTF-16 units, no control characters. */
export function RequiredCode(max: number): PropertyDecorator {
  return rule('requiredCode', (value) => textReason(value, true, max, true));
}

/** The guest's code: as `RequiredCode`, but what the scanner put around it does not count. */
export function ScannedCode(max: number): PropertyDecorator {
  return rule('scannedCode', (value) => {
    const read = typeof value === 'string' ? scannedCode(value) : value;
    return textReason(read, true, max, true);
  });
}

/** Free text: required, any length. */
export function RequiredText(): PropertyDecorator {
  return rule('requiredText', (value) => textReason(value, true, Infinity, false));
}

/** Free text of any length that may be missing, null or empty. */
export function OptionalText(): PropertyDecorator {
  return rule('optionalText', (value) => textReason(value, false, Infinity, false));
}

/** Why a time is refused; null when it is fine, or not given. */
export function epochMsReason(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' && EPOCH_MS.test(value)) return null;
  return '须为 13 位毫秒时间戳 (must be epoch milliseconds, 13 digits)';
}

/** A time in epoch ms that may be missing or null. */
export function OptionalEpochMs(): PropertyDecorator {
  return rule('epochMs', epochMsReason);
}

/** One of the bill types. */
export function BillTypeCode(): PropertyDecorator {
  return rule('billType', (value) => {
    const reason = textReason(value, true, Infinity, false);
    if (reason !== null) return reason;
    if (typeof value === 'string' && isBillType(value)) return null;
    return `须为 ${BILL_TYPES.join('、')} 之一 (must be one of ${BILL_TYPES.join(', ')})`;
  });
}

/** An amount to pay, in yuan text. */
export function YuanText(): PropertyDecorator {
  return rule('yuan', (value) => {
    if (value === undefined || value === null || value === '') return '必填 (is required)';
    if (typeof value !== 'string') return YUAN_FAULTS.grammar;
    const reading = parseYuan(value);
    return reading.ok ? null : YUAN_FAULTS[reading.fault];
  });
}

/** The card: required when the bill recharges one (`billtype` 7), else ignored. */
export function CardOf(cardBillType: string): PropertyDecorator {
  return rule('card', (value, owner) => {
    const required = Reflect.get(owner, 'billtype') === cardBillType;
    return textReason(value, required, 20, true);
  });
}
