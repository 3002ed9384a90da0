/** The systems whose bills are paid here, by the character that names them on the wire. */
export const BILL_TYPES = ['1', '2', '3', '4', '5', '6', '7'] as const;

/** One of the seven systems. */
export type BillType = (typeof BILL_TYPES)[number];

/** What each system is, for pages and documents. */
export const BILL_TYPE_NAMES: Record<BillType, { zh: string; en: string }> = {
  '1': { zh: '景区系统', en: 'scenic tickets' },
  '2': { zh: 'Pos系统', en: 'POS' },
  '3': { zh: '租车系统', en: 'car rental' },
  '4': { zh: '环保车系统', en: 'shuttle' },
  '5': { zh: '装备租赁业务', en: 'equipment rental' },
  '6': { zh: '联营零售业务', en: 'concession retail' },
  '7': { zh: '储值卡充值业务', en: 'stored-value card' },
};

/** The bill type whose payments recharge a card: its End credits the card of its Begin. */
export const STORED_VALUE: BillType = '7';

/** Is this text one of the seven bill types? */
export function isBillType(text: string): text is BillType {
  return (BILL_TYPES as readonly string[]).includes(text);
}

/**
 * The identity of a bill number: trailing blanks dropped, ASCII letters upper-cased, nothing else.
 * Two numbers with the same key are one bill, on every store. The text itself is stored as sent.
 */
export function billKey(billNo: string): string {
  return numberKey(billNo);
}

/**
 * The identity of a stored-value card, by the rule of bill numbers: two numbers with the same key
 * are one card with one balance, on every store. The text itself is stored as sent.
 */
export function cardKey(cardNo: string): string {
  return numberKey(cardNo);
}

/** Do both name one card? Null: none; two of these are the same too. */
export function isSameCard(one: string | null, other: string | null): boolean {
  if (one === null || other === null) return one === other;
  return cardKey(one) === cardKey(other);
}

function numberKey(text: string): string {
  return text.replace(/ +$/, '').replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}
