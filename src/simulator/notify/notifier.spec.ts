import { SAMPLE_TERMS } from '../../../test/simulator/samples';
import { Fen } from '../../domain/money';
import { Notifier, NotifierParts, Notify, RETRY_AFTER_MS } from './notifier';
import { Reception } from './notify-post';
import { begun, newOrder, Order, pay } from '../ledger/trades';

const REFUSED: Reception = { status: 200, body: 'fail' };
const TAKEN: Reception = { status: 200, body: 'success' };

function order(notifyUrl: string | null = 'http://till/notify'): { waiting: Order; paid: Order } {
  const terms = { ...SAMPLE_TERMS, notifyUrl };
  const waiting = begun(newOrder('N1', terms, 0), 'T1', 0);
  const step = pay(waiting, 1);
  if (!step.ok) throw new Error(step.why);
  return { waiting, paid: step.order };
}

/** A notifier whose time stands still until it is told to go on. */
function rig(answers: Reception[], scale = 1) {
  let nowMs = 0;
  const kept: Notify[] = [];
  const sentAt: number[] = [];
  const parts: NotifierParts = {
    clock: { nowMs: () => nowMs, offsetMs: () => 0, setOffset: () => undefined },
    scale,
    post: () => {
      sentAt.push(nowMs);
      return Promise.resolve(answers.shift() ?? REFUSED);
    },
    form: (_order, event) => ({ trade_status: event }),
    body: () => '',
    keep: (notify) => kept.push(notify),
  };
  const notifier = new Notifier(parts);
  const goTo = async (atMs: number) => {
    nowMs = atMs;
    notifier.wake();
    for (let n = 0; n < 10; n += 1) await Promise.resolve();
  };
  return { notifier, kept, sentAt, goTo, parts };
}

describe('the notifier', () => {
  const rigs: Notifier[] = [];
  const start = (answers: Reception[], scale?: number) => {
    const made = rig(answers, scale);
    rigs.push(made.notifier);
    return made;
  };
  afterEach(() => rigs.splice(0).forEach((one) => one.stop()));

  it.each([1, 0.001])(
    'repeats 4m 10m 10m 1h 2h 6h 15h after, times %d, then stops',
    async (scale) => {
      const { notifier, sentAt, goTo } = start([], scale);
      const { waiting, paid } = order();
      notifier.orderChanged(paid, waiting);
      await goTo(0);
      const expected = [0];
      for (const pauseMs of RETRY_AFTER_MS) {
        const next = (expected.at(-1) ?? 0) + pauseMs * scale;
        await goTo(next - 0.1);
        expect(sentAt).toEqual(expected);
        await goTo(next);
        expected.push(next);
        expect(sentAt).toEqual(expected);
      }
      expect(RETRY_AFTER_MS.map((ms) => ms / 60_000)).toEqual([4, 10, 10, 60, 120, 360, 900]);
      await goTo(1e12);
      expect(sentAt).toEqual(expected);
      expect(notifier.state().pending).toEqual([]);
    },
  );

  it.each<[string, Reception, boolean]>([
    ['success', TAKEN, true],
    ['other text', REFUSED, false],
    ['more than success', { status: 200, body: 'success\n' }, false],
    ['quoted success', { status: 200, body: '"success"' }, false],
    ['success with 201', { status: 201, body: 'success' }, false],
    ['nobody there', { status: null, body: 'ECONNREFUSED' }, false],
  ])('is taken or not: %s', async (_what, reception, accepted) => {
    const { notifier, goTo } = start([reception]);
    const { waiting, paid } = order();
    notifier.orderChanged(paid, waiting);
    await goTo(0);
    expect(notifier.state().pending).toHaveLength(accepted ? 0 : 1);
    expect(notifier.state().attempts[0]).toMatchObject({ event: 'paid', accepted });
  });

  it('tells only of payments, unless it is told to tell more', () => {
    const { notifier } = start([]);
    const { waiting, paid } = order();
    notifier.orderChanged(waiting, undefined);
    notifier.orderChanged({ ...waiting, stage: 'TRADE_CLOSED' }, waiting);
    expect(notifier.state().pending).toEqual([]);
    notifier.configure({ events: ['closed'] });
    notifier.orderChanged(paid, waiting);
    notifier.orderChanged({ ...waiting, stage: 'TRADE_CLOSED' }, waiting);
    expect(notifier.state().pending.map((one) => one.event)).toEqual(['closed']);
  });

  it('tells nobody where no address was given', () => {
    const { notifier } = start([]);
    const { waiting, paid } = order(null);
    notifier.orderChanged(paid, waiting);
    expect(notifier.state().pending).toEqual([]);
  });

  it('loses what happens and what comes due while it is off', async () => {
    const { notifier, sentAt, goTo } = start([]);
    const { waiting, paid } = order();
    notifier.orderChanged(paid, waiting);
    await goTo(0);
    notifier.configure({ on: false });
    await goTo(240_000);
    notifier.orderChanged(paid, waiting);
    notifier.configure({ on: true });
    await goTo(1e12);
    expect(sentAt).toEqual([0]);
  });

  it('waits before the first sending when told to', async () => {
    const { notifier, sentAt, goTo } = start([TAKEN]);
    notifier.configure({ delayMs: 500 });
    const { waiting, paid } = order();
    notifier.orderChanged(paid, waiting);
    await goTo(499);
    expect(sentAt).toEqual([]);
    await goTo(500);
    expect(sentAt).toEqual([500]);
  });

  it('goes on after a restart with what it has kept', async () => {
    const before = start([]);
    const { waiting, paid } = order();
    before.notifier.orderChanged(paid, waiting);
    await before.goTo(0);
    const after = start([TAKEN]);
    before.kept.forEach((notify) => after.notifier.restore(notify));
    await after.goTo(239_999);
    expect(after.sentAt).toEqual([]);
    await after.goTo(240_000);
    expect(after.sentAt).toEqual([240_000]);
    expect(after.notifier.state().pending).toEqual([]);
  });

  it('keeps the identity on repeats, and gives another event another one', async () => {
    const { notifier, kept, goTo } = start([]);
    notifier.configure({ events: ['paid', 'refunded'] });
    const { waiting, paid } = order();
    notifier.orderChanged(paid, waiting);
    await goTo(0);
    await goTo(240_000);
    expect(new Set(kept.map((one) => one.id)).size).toBe(1);
    const refund = { outRequestNo: 'r', amount: 1 as Fen, reason: null, atMs: 2 };
    notifier.orderChanged({ ...paid, refunds: [refund] }, paid);
    expect(new Set(kept.map((one) => one.id)).size).toBe(2);
  });
});
