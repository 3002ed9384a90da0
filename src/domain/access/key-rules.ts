import { BILL_TYPES } from '../bill';
import type { BillType } from '../bill';
import type { Role } from './role';

/** What a key may do, and for which systems. */
export interface Reach {
  readonly role: Role;
  /** At least one. */
  readonly billTypes: readonly BillType[];
}

/** Does it speak for all seven systems? What shows the whole house is for those alone. */
export function isWholeHouse({ billTypes }: Reach): boolean {
  return BILL_TYPES.every((each) => billTypes.includes(each));
}

/** Does `one` reach every system that `other` reaches? */
export function reachesAllOf(one: Reach, other: Reach): boolean {
  return other.billTypes.every((each) => one.billTypes.includes(each));
}

/**
 * May the holder of `maker` make a key that reaches as far as `wanted`? No more than its own role
 * and systems: an operator may what every role may, all others make none.
 */
export function mayMakeKey(maker: Reach, wanted: Reach): boolean {
  return maker.role === 'operator' && reachesAllOf(maker, wanted);
}

/**
 * May `key` be revoked while `others` stay? An operator only when another one speaks for all the
 * systems it speaks for: else nobody could make keys for them any more.
 */
export function mayBeRevoked(key: Reach, others: readonly Reach[]): boolean {
  if (key.role !== 'operator') return true;
  return others.some((other) => other.role === 'operator' && reachesAllOf(other, key));
}

/** Reads `12` or `*` as the systems of a key; null: it is neither. */
export function readBillTypes(text: string): readonly BillType[] | null {
  if (text === '*') return BILL_TYPES;
  const found = BILL_TYPES.filter((each) => text.includes(each));
  return found.length > 0 && found.length === text.length ? found : null;
}

/** The systems of a key as `readBillTypes` takes them. */
export function billTypesText(reach: Reach): string {
  return isWholeHouse(reach) ? '*' : reach.billTypes.join('');
}

/** May a key be called so? Letters, digits, `.`, `_`, `-`; at most 40. */
export function isKeyName(text: string): boolean {
  return /^[\w.-]{1,40}$/.test(text);
}
