import { fen, parseChannelAmount } from '../../../domain/money';
import type { Fen } from '../../../domain/money';

/** An amount of the bill, with or without a sign, exactly; null: no amount. */
export function billAmount(text: string): Fen | null {
  const plain = text.trim();
  const amount = parseChannelAmount(plain.replace(/^[+-]/, ''));
  if (amount === null) return null;
  // Zero keeps no sign.
  return plain.startsWith('-') && amount !== 0 ? fen(0 - amount) : amount;
}

/** The sum of two amounts of a bill. Throws plainly beyond what a number holds exactly. */
export function plus(one: Fen, other: Fen): Fen {
  return fen(one + other);
}
