import { NOW_MS, aReceipt } from '../../../test/support/books/a-receipt';
import { fen } from '../money';
import type { Receipt } from '../receipt/receipt';
import type { CollectAsk } from './collect-decision';
import { decideScan } from './collect-decision';

const MINUTE = 60_000;
const GUARD = 2 * MINUTE;

/** What the till asks for unless a row says otherwise: the terms of `aReceipt`. */
const ASK: CollectAsk = {
  payType: '98',
  amount: fen(8_888),
  cardNo: null,
  nowMs: NOW_MS,
  channelNowMs: NOW_MS,
  repeatGuardMs: GUARD,
};

interface Row {
  readonly what: string;
  /** The bill's live receipt: waiting with a code, unless changed; absent: none. */
  readonly live?: Partial<Receipt>;
  /** Its paid receipts: of the same amount and untold, unless changed. */
  readonly paid?: readonly Partial<Receipt>[];
  readonly ask?: Partial<CollectAsk>;
  /** The decision, and the id of the receipt it is about. */
  readonly says: string;
}

const LIVE = 7;

const CODES: Row[] = [
  { what: 'an unknown bill', says: 'begin' },
  { what: 'a living code on the same terms', live: {}, says: 'replay 7' },
  { what: 'another paytype', live: {}, ask: { payType: '97' }, says: 'supersede 7' },
  { what: 'a fen more', live: {}, ask: { amount: fen(8_889) }, says: 'supersede 7' },
  { what: 'a fen less', live: {}, ask: { amount: fen(8_887) }, says: 'supersede 7' },
  { what: 'a card where there was none', live: {}, ask: { cardNo: 'C1' }, says: 'supersede 7' },
  { what: 'no card where there was one', live: { cardNo: 'C1' }, says: 'supersede 7' },
  {
    what: 'another card',
    live: { cardNo: 'C1' },
    ask: { cardNo: 'C2' },
    says: 'supersede 7',
  },
  { what: 'the same card', live: { cardNo: 'C1' }, ask: { cardNo: 'C1' }, says: 'replay 7' },
  {
    what: 'the same card with blanks at its end',
    live: { cardNo: 'C1' },
    ask: { cardNo: 'C1 ' },
    says: 'replay 7',
  },
  {
    what: 'the same card in small letters',
    live: { cardNo: 'AB12 ' },
    ask: { cardNo: 'ab12' },
    says: 'replay 7',
  },
  {
    what: 'a card with a blank before it',
    live: { cardNo: 'C1' },
    ask: { cardNo: ' C1' },
    says: 'supersede 7',
  },
  {
    what: 'exactly 2 minutes left',
    live: { codeEndsAtMs: NOW_MS + 2 * MINUTE },
    says: 'replay 7',
  },
  {
    what: 'a millisecond less than 2 minutes left',
    live: { codeEndsAtMs: NOW_MS + 2 * MINUTE - 1 },
    says: 'supersede 7',
  },
  { what: 'an expired code', live: { codeEndsAtMs: NOW_MS - 1 }, says: 'supersede 7' },
  { what: 'scanned just now', live: { scannedAtMs: NOW_MS }, says: 'replay 7' },
  {
    what: 'scanned and waiting for exactly 3 minutes',
    live: { scannedAtMs: NOW_MS - 3 * MINUTE },
    says: 'replay 7',
  },
  {
    what: 'scanned and waiting for a millisecond more',
    live: { scannedAtMs: NOW_MS - 3 * MINUTE - 1 },
    says: 'supersede 7',
  },
  {
    what: 'given long ago but never scanned',
    live: { begunAtMs: NOW_MS - 100 * MINUTE },
    says: 'replay 7',
  },
  {
    what: 'saved, the code not known yet',
    live: { state: 'begun', qrCode: null },
    says: 'resume 7',
  },
  {
    what: 'saved without a code, on other terms',
    live: { state: 'begun', qrCode: null },
    ask: { amount: fen(1) },
    says: 'supersede 7',
  },
  {
    what: 'being asked for, on other terms',
    live: { state: 'begun', qrCode: null, leaseUntilMs: NOW_MS + 1 },
    ask: { amount: fen(1) },
    says: 'conflict 7',
  },
  {
    what: 'asked for by one whose time is over, on other terms',
    live: { state: 'begun', qrCode: null, leaseUntilMs: NOW_MS },
    ask: { amount: fen(1) },
    says: 'supersede 7',
  },
  {
    what: 'being asked for, on the same terms',
    live: { state: 'begun', qrCode: null, leaseUntilMs: NOW_MS + 1 },
    says: 'resume 7',
  },
  {
    what: 'saved without a code, too old to be given',
    live: { state: 'begun', qrCode: null, codeEndsAtMs: NOW_MS + 2 * MINUTE - 1 },
    says: 'supersede 7',
  },
  {
    what: 'an undecided barcode payment: waiting without a code',
    live: { qrCode: null },
    says: 'supersede 7',
  },
  {
    what: 'a guest who is just being charged',
    live: { begunBy: 'barCode', state: 'begun', qrCode: null, leaseUntilMs: NOW_MS + 1 },
    says: 'undecided 7',
  },
  {
    what: 'a charge nobody waits for any more',
    live: { begunBy: 'barCode', state: 'begun', qrCode: null },
    says: 'supersede 7',
  },
  {
    what: 'a charge whose guest is asked for the password',
    live: { begunBy: 'barCode', qrCode: null, leaseUntilMs: NOW_MS + 1 },
    says: 'supersede 7',
  },
  { what: 'being undone, same terms', live: { state: 'cancelling' }, says: 'supersede 7' },
];

const PAYMENTS: Row[] = [
  { what: 'paid and untold, the same amount', paid: [{}], says: 'alreadyPaid 101' },
  {
    what: 'paid and untold, another amount',
    paid: [{ amount: fen(1) }],
    says: 'alreadyPaid 101',
  },
  {
    what: 'paid and untold for a year',
    paid: [{ begunAtMs: NOW_MS - 365 * 24 * 60 * MINUTE }],
    says: 'alreadyPaid 101',
  },
  { what: 'told just now', paid: [{ toldAtMs: NOW_MS }], says: 'alreadyPaid 101' },
  {
    what: 'told, a millisecond before the guard ends',
    paid: [{ toldAtMs: NOW_MS - GUARD + 1 }],
    says: 'alreadyPaid 101',
  },
  {
    what: 'told, the guard just over',
    paid: [{ toldAtMs: NOW_MS - GUARD }],
    says: 'begin',
  },
  {
    what: 'told just now, another amount: a part payment',
    paid: [{ toldAtMs: NOW_MS, amount: fen(1) }],
    says: 'begin',
  },
  {
    what: 'told just now, the same amount by another paytype',
    paid: [{ toldAtMs: NOW_MS, payType: '97' }],
    says: 'alreadyPaid 101',
  },
  {
    what: 'no guard configured, told just now',
    paid: [{ toldAtMs: NOW_MS }],
    ask: { repeatGuardMs: 0 },
    says: 'begin',
  },
  {
    what: 'no guard configured, untold',
    paid: [{}],
    ask: { repeatGuardMs: 0 },
    says: 'alreadyPaid 101',
  },
  {
    what: 'the clock was set back after it was told',
    paid: [{ toldAtMs: NOW_MS + 60 * MINUTE }],
    says: 'alreadyPaid 101',
  },
  {
    what: 'an untold one behind a told one: that one is named',
    paid: [{ toldAtMs: NOW_MS - GUARD }, {}],
    says: 'alreadyPaid 102',
  },
  {
    what: 'several told ones of other amounts',
    paid: [
      { toldAtMs: NOW_MS, amount: fen(1) },
      { toldAtMs: NOW_MS, amount: fen(2) },
    ],
    says: 'begin',
  },
];

/** Money that is going back: Alipay may refuse, and then it stays. */
const REFUNDS: Row[] = [
  { what: 'an untold one', paid: [{ state: 'refunding' }], says: 'undecided 101' },
  {
    what: 'an untold one of another amount',
    paid: [{ state: 'refunding', amount: fen(1) }],
    says: 'undecided 101',
  },
  {
    what: 'told just now',
    paid: [{ state: 'refunding', toldAtMs: NOW_MS }],
    says: 'undecided 101',
  },
  {
    what: 'told, the guard just over',
    paid: [{ state: 'refunding', toldAtMs: NOW_MS - GUARD }],
    says: 'begin',
  },
  {
    what: 'told just now, another amount',
    paid: [{ state: 'refunding', toldAtMs: NOW_MS, amount: fen(1) }],
    says: 'begin',
  },
  {
    what: 'one before a payment that stays: that one is named',
    paid: [{ state: 'refunding' }, {}],
    says: 'alreadyPaid 102',
  },
  {
    what: 'one beside a living code',
    live: {},
    paid: [{ state: 'refunding' }],
    says: 'undecided 101',
  },
];

const BOTH: Row[] = [
  { what: 'an untold payment beats a living code', live: {}, paid: [{}], says: 'alreadyPaid 101' },
  {
    what: 'a guarded payment beats a living code',
    live: {},
    paid: [{ toldAtMs: NOW_MS }],
    says: 'alreadyPaid 101',
  },
  {
    what: 'a told payment of another amount leaves the living code',
    live: {},
    paid: [{ toldAtMs: NOW_MS, amount: fen(1) }],
    says: 'replay 7',
  },
  {
    what: 'a payment whose guard is over leaves the living code',
    live: {},
    paid: [{ toldAtMs: NOW_MS - GUARD }],
    says: 'replay 7',
  },
  {
    what: 'a told payment leaves the other terms to be superseded',
    live: {},
    paid: [{ toldAtMs: NOW_MS, amount: fen(1) }],
    ask: { amount: fen(2) },
    says: 'supersede 7',
  },
];

function decide(row: Row): string {
  const live = row.live === undefined ? null : aReceipt({ id: LIVE, ...row.live });
  const paid = (row.paid ?? []).map((changes, index) =>
    aReceipt({ id: 101 + index, state: 'paid', ...changes }),
  );
  const plan = decideScan({ live, paid }, { ...ASK, ...row.ask });
  return plan.kind === 'begin' ? plan.kind : `${plan.kind} ${plan.receipt.id}`;
}

describe('what a ScanCode may do with its bill', () => {
  it.each(REFUNDS)('a refund under way, $what: $says', (row) => expect(decide(row)).toBe(row.says));
  it.each(CODES)('$what: $says', (row) => expect(decide(row)).toBe(row.says));
});

describe('what earlier payments of the bill allow', () => {
  it.each(PAYMENTS)('$what: $says', (row) => expect(decide(row)).toBe(row.says));
});

describe('which of payment and living code decides', () => {
  it.each(BOTH)('$what: $says', (row) => expect(decide(row)).toBe(row.says));
});
