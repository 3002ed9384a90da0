import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import { T0, aMove, aPayment, anOrder, begun, by, some } from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { FakeGateway } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import { SETTINGS } from '../../../test/support/process/pay-process';
import type { CodeOutcome } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';
import { ApplyOutcome } from '../outcome/apply-outcome.service';
import { CodeRequests } from './code-requests.service';
import { Refresh } from '../outcome/refresh.service';
import { UnderWay } from '../outcome/under-way';

const BY = by('scanCode');
const CODE = { kind: 'code', qrCode: 'https://qr.example.test/1' } as const;

describe('the request for the code of a receipt', () => {
  let books: FreshBooks;
  let gateway: FakeGateway;
  let clock: ManualClock;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    books = await openFreshSqlite();
  });
  afterAll(() => books.close());
  beforeEach(() => {
    gateway = new FakeGateway();
    clock = new ManualClock(T0);
  });

  /** As one process has it. */
  function codeRequests(): CodeRequests {
    const applyOutcome = new ApplyOutcome(books.repositories, clock, gateway, new UnderWay(clock));
    const refresh = new Refresh(gateway, applyOutcome);
    return new CodeRequests(books.repositories, gateway, SETTINGS, clock, refresh);
  }

  /** The next call for a code is answered when the test says so. */
  function answersLater(): (outcome: CodeOutcome) => void {
    let answer: (outcome: CodeOutcome) => void = () => undefined;
    gateway.willGive(() => new Promise((resolve) => (answer = resolve)));
    return (outcome) => answer(outcome);
  }

  async function turns(count = 10): Promise<void> {
    for (let turn = 0; turn < count; turn += 1) await clock.turn();
  }

  it('is one for all callers of a process: they get its code, or its refusal', async () => {
    const requests = codeRequests();
    for (const outcome of [CODE, { kind: 'refused', fault: 'request', cause: 'X', shown: 'S' }]) {
      const receipt = await begun(books, anOrder('2'));
      const answer = answersLater();
      const both = [requests.first(receipt, BY), requests.resume(receipt, BY)];
      await turns();
      answer(outcome as CodeOutcome);
      const [first, second] = (await Promise.allSettled(both)).map((settled) =>
        settled.status === 'fulfilled' ? settled.value : (settled.reason as unknown),
      );
      expect(second).toBe(first);
    }
    expect(gateway.codeCalls).toHaveLength(2);
    // Nobody had to look for it again and again.
    expect(clock.nowMs()).toBe(T0);
  });

  it('is made again when the one before has ended without a code', async () => {
    const requests = codeRequests();
    const receipt = await begun(books, anOrder('2'));
    gateway.willGive({ kind: 'refused', fault: 'pace', cause: 'X', shown: null }, CODE);
    await expect(requests.first(receipt, BY)).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect(await requests.resume(receipt, BY)).toMatchObject({
      state: 'waiting',
      precreateTries: 2,
    });
  });

  it.each<[string, Parameters<typeof aMove>, string]>([
    ['is paid', ['pay', { payment: aPayment() }], 'ALREADY_PAID'],
    ['is closed', ['close'], 'UNDECIDED'],
  ])('of another process is waited for until the receipt %s', async (_what, move, code) => {
    const receipt = await begun(books, anOrder('2'));
    answersLater();
    void codeRequests().first(receipt, BY);
    const waits = codeRequests().resume(receipt, BY);
    some(await books.repositories['2'].move(receipt, ...aMove(...move)));
    await expect(waits).rejects.toMatchObject({ code });
    expect(clock.nowMs() - T0).toBeLessThan(SETTINGS.channelTimeoutMs);
    expect(gateway.codeCalls).toHaveLength(1);
  });

  it.each<[string, Parameters<typeof aMove>[]]>([
    ['is closed', [['close']]],
    ['is cancelled', [['intendUndo', { reason: 'expired' }], ['undo']]],
    ['has failed', [['fail']]],
    ['is closed, though saved before', [['giveCode', { qrCode: CODE.qrCode }], ['close']]],
  ])('cancels a code that comes when its receipt %s', async (_what, way) => {
    const receipt = await begun(books, anOrder('2'));
    await expect(codeWhile(receipt, way)).rejects.toMatchObject({ code: 'UNDECIDED' });
    expect(gateway.calls).toEqual(['code', 'cancel']);
    expect(gateway.cancels).toEqual([receipt.outTradeNo]);
  });

  it.each<[string, Parameters<typeof aMove>[], string]>([
    ['is being undone', [['intendUndo', { reason: 'operator' }]], 'UNDECIDED'],
    ['has another code', [['giveCode', { qrCode: 'https://qr.example.test/2' }]], 'UNDECIDED'],
    ['is paid', [['pay', { payment: aPayment() }]], 'ALREADY_PAID'],
  ])('gives nobody a code that comes when its receipt %s', async (_what, way, code) => {
    const receipt = await begun(books, anOrder('2'));
    await expect(codeWhile(receipt, way)).rejects.toMatchObject({ code });
    expect(gateway.calls).toEqual(['code']);
  });

  it('gives a code that another process has saved meanwhile', async () => {
    const receipt = await begun(books, anOrder('2'));
    const saved = await codeWhile(receipt, [['giveCode', { qrCode: CODE.qrCode }]]);
    expect(saved).toMatchObject({ state: 'waiting', qrCode: CODE.qrCode });
    expect(gateway.calls).toEqual(['code']);
  });

  /** What comes of a code that is given while the receipt goes that way. */
  function codeWhile(
    receipt: Receipt,
    way: readonly Parameters<typeof aMove>[],
  ): Promise<Receipt | null> {
    gateway.willGive(async () => {
      let moved = receipt;
      for (const step of way) {
        moved = some(await books.repositories['2'].move(moved, ...aMove(...step)));
      }
      return CODE;
    });
    return codeRequests().first(receipt, BY);
  }

  it('refused for our settings does not end a receipt whose first call was lost', async () => {
    const receipt = await begun(books, anOrder('2'));
    const refusal = { kind: 'refused', fault: 'configuration', cause: 'X', shown: null } as const;
    gateway.willGive(refusal, CODE);
    const second: Receipt = { ...receipt, precreateTries: 2 };
    const requests = codeRequests();
    await expect(requests.first(second, BY)).rejects.toMatchObject({
      code: 'CHANNEL_MISCONFIGURED',
    });
    expect((await books.repositories['2'].get(receipt.id)).state).toBe('begun');
  });
});
