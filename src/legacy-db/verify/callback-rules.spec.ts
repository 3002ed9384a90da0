import type { Account, HistoryLine, ReceiptLine } from './account';
import { tellsItsHistory } from './callback-rules';

const MOMENT = 1_800_000_000_000;

/** A payment and the begin of a refund, in one millisecond; then the refund is done. */
function history(origin: string): readonly HistoryLine[] {
  const entry = (at: number, event: string, from: string | null, state: string, by: string) => ({
    ...{ id: at, atMs: MOMENT + Math.max(0, at - 2) * 1_000, amount: 100 },
    ...{ event, from, state, origin: by },
  });
  return [
    entry(0, 'begin', null, 'begun', 'till'),
    entry(1, 'pay', 'begun', 'paid', 'desk'),
    entry(2, 'beginRefund', 'paid', 'refunding', origin),
    entry(3, 'refundInPart', 'refunding', 'paid', 'desk'),
  ];
}

function differences(told: readonly string[], origin = 'desk'): string[] {
  const [first, ...later] = told.map((type) => ({ type, writtenAtMs: MOMENT }));
  const done = { type: 'refund.done', writtenAtMs: MOMENT + 1_000 };
  const account: Account = {
    receipt: { id: 1, billType: '2', duplicate: false } as ReceiptLine,
    ...{ history: history(origin), refunds: [], trade: null, alarms: [], system: undefined },
    told: [...(first ? [first] : []), ...later, done],
  };
  const found = tellsItsHistory({ '2': 0 })(account);
  return found.map(({ expected, found: there }) => `${expected} / ${there}`);
}

describe('what was told of two moves of one caller in one millisecond', () => {
  it('may be that of two units of work, or of one', () => {
    expect(differences(['payment.paid'])).toEqual([]);
    expect(differences([])).toEqual([]);
  });

  it('is no more than either would have told', () => {
    expect(differences(['payment.paid', 'payment.paid'])).toEqual([
      expect.stringMatching(/^none \/ payment.paid at /),
    ]);
    expect(differences(['payment.refunded'])).toEqual([
      expect.stringMatching(/^none \/ payment.refunded at /),
    ]);
  });

  it('is that of two units where two callers have moved it', () => {
    expect(differences(['payment.paid'], 'sweep')).toEqual([]);
    expect(differences([], 'sweep')).toEqual([expect.stringMatching(/^payment.paid at .* none$/)]);
  });

  it('is looked at quickly where a clock stood still', () => {
    const account = {
      receipt: { id: 1, billType: '2', duplicate: false } as ReceiptLine,
      history: Array.from({ length: 60 }, (_none, id) => ({
        ...{ id, atMs: MOMENT, amount: 100, origin: 'sweep' },
        ...{ event: 'channelAnswer', from: 'waiting', state: 'waiting' },
      })),
      ...{ refunds: [], trade: null, told: [], alarms: [], system: undefined },
    };
    expect(tellsItsHistory({ '2': 0 })(account)).toEqual([]);
  });
});
