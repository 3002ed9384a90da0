import { NOW_MS, aReceipt } from '../../../test/support/books/a-receipt';
import { decideBarCode } from './bar-decision';
import { fen } from '../money';
import type { Receipt } from '../receipt/receipt';
import type { BillView, CollectAsk } from './collect-decision';
import { decideScan } from './collect-decision';

const GUARD = 120_000;

const ASK: CollectAsk = {
  payType: '98',
  amount: fen(8_888),
  cardNo: null,
  nowMs: NOW_MS,
  channelNowMs: NOW_MS,
  repeatGuardMs: GUARD,
};

const CHARGE = { begunBy: 'barCode', qrCode: null } as const;
const UNHEARD = { ...CHARGE, state: 'begun' } as const;

type Row = [
  what: string,
  live: Partial<Receipt> | null,
  paid: Partial<Receipt> | null,
  says: [barCode: string, scanCode: string],
];

/** What is live, what is paid; what a BarCode and what a ScanCode may do then. */
const ROWS: Row[] = [
  ['an unknown bill', null, null, ['begin', 'begin']],
  ['a living code on the same terms', {}, null, ['supersede', 'replay']],
  ['a living code on other terms', { amount: fen(1) }, null, ['supersede', 'supersede']],
  ['a code that is being made', { ...CHARGE, ...beingMade() }, null, ['conflict', 'resume']],
  ['a code whose maker died', { state: 'begun', qrCode: null }, null, ['supersede', 'resume']],
  ['a code being undone', { state: 'cancelling' }, null, ['supersede', 'supersede']],
  ['a charge on its way', { ...UNHEARD, leaseUntilMs: NOW_MS + 1 }, null, both('undecided')],
  ['a charge without an answer', UNHEARD, null, ['undecided', 'supersede']],
  ['a password being typed', CHARGE, null, ['undecided', 'supersede']],
  ['a charge of other terms', { ...CHARGE, amount: fen(1) }, null, ['undecided', 'supersede']],
  ['a charge being undone', { ...CHARGE, state: 'cancelling' }, null, ['undecided', 'supersede']],
  ['paid and untold', null, {}, both('alreadyPaid')],
  ['paid and untold, another amount', null, { amount: fen(1) }, both('alreadyPaid')],
  ['told just now', null, { toldAtMs: NOW_MS }, both('alreadyPaid')],
  ['told, the guard just over', null, { toldAtMs: NOW_MS - GUARD }, both('begin')],
  ['told, another amount', null, { toldAtMs: NOW_MS, amount: fen(1) }, both('begin')],
  ['going back, untold', null, { state: 'refunding' }, both('undecided')],
  ['going back beside a code', {}, { state: 'refunding' }, both('undecided')],
  ['untold beside a charge', CHARGE, {}, both('alreadyPaid')],
  ['untold beside a code', {}, {}, both('alreadyPaid')],
];

function beingMade(): Partial<Receipt> {
  return { begunBy: 'scanCode', state: 'begun', leaseUntilMs: NOW_MS + 1 };
}

function both(says: string): [string, string] {
  return [says, says];
}

describe('what a BarCode, and a ScanCode beside one, may do with the bill', () => {
  it.each(ROWS)('%s', (_what, live, paid, says) => {
    const bill: BillView = {
      live: live && aReceipt(live),
      paid: paid ? [aReceipt({ id: 101, state: 'paid', ...paid })] : [],
    };
    expect([decideBarCode(bill, ASK).kind, decideScan(bill, ASK).kind]).toEqual(says);
  });
});
