import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import { MINUTE, T0, freshNumber, by } from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { FakeGateway } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import type { PayProcess } from '../../../test/support/process/pay-process';
import {
  CLOSED,
  NOT_EXIST,
  PENDING,
  paidAs,
  payProcess,
  undone,
} from '../../../test/support/process/pay-process';
import { fen } from '../../domain/money';
import type { ChargeOutcome } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';
import type { BarCodeAsk } from './bar-code.service';

function anAsk(): BarCodeAsk {
  return {
    billType: '2',
    billNo: freshNumber(),
    payType: '97',
    amount: fen(8_888),
    body: '景区门票',
    detail: null,
    clientIp: '202.96.128.68',
    cardNo: null,
    authCode: '281234567890123456',
  };
}

describe('a BarCode that makes way for itself', () => {
  let books: FreshBooks;
  let gateway: FakeGateway;
  let clock: ManualClock;
  let process: PayProcess;

  beforeAll(() => {
    Logger.overrideLogger(false);
  });
  beforeEach(async () => {
    books = await openFreshSqlite();
    gateway = new FakeGateway();
    clock = new ManualClock(T0);
    process = payProcess(books, gateway, clock);
  });
  afterEach(() => books.close());

  function stored(id = 1): Promise<Receipt> {
    return books.repositories['2'].get(id);
  }

  it('waits for a code that is being asked for', async () => {
    const ask = anAsk();
    gateway.willGive(() => new Promise(() => undefined));
    void process.scan.scanCode(ask);
    while (gateway.codeCalls.length === 0) await clock.turn();
    await expect(process.barCode.barCode(ask)).rejects.toMatchObject({ code: 'ILLEGAL_STATE' });
    expect(gateway.calls).toEqual(['code']);
    expect((await stored()).state).toBe('begun');
  });

  it('leaves a code alone that another call got while it made way', async () => {
    const ask = anAsk();
    gateway.willGive(
      { kind: 'code', qrCode: 'https://qr.example.test/1' },
      { kind: 'code', qrCode: 'https://qr.example.test/2' },
    );
    await process.scan.scanCode(ask);
    gateway.willSay(NOT_EXIST, NOT_EXIST);
    gateway.willUndo(undone('none'));
    const receipts = books.repositories['2'];
    const begin = receipts.begin.bind(receipts);
    let begins = 0;
    const spy = jest.spyOn(receipts, 'begin').mockImplementation(async (order) => {
      begins += 1;
      if (begins === 2) await payProcess(books, gateway, clock).scan.scanCode(ask);
      return begin(order);
    });
    await expect(process.barCode.barCode(ask)).rejects.toMatchObject({ code: 'ILLEGAL_STATE' });
    spy.mockRestore();
    expect((await stored(2)).state).toBe('waiting');
    expect(gateway.charges).toEqual([]);
    expect(gateway.cancels).toHaveLength(1);
  });

  it('charges when the code of the bill turns out to be a duplicate', async () => {
    const ask = anAsk();
    await twoCodesOneLate(ask);
    gateway.willSay(paidAs());
    gateway.willCharge(PENDING as ChargeOutcome);
    const status = await process.barCode.barCode(ask);
    expect(status).toMatchObject({ payStatus: 'USERPAYING', receipt: { id: 3 } });
    expect(await stored(2)).toMatchObject({ state: 'paid', duplicate: true });
  });

  /** A code that was closed is paid after all, beside a live one; a till was told long ago. */
  async function twoCodesOneLate(ask: BarCodeAsk): Promise<void> {
    for (const n of [1, 2]) {
      gateway.willGive({ kind: 'code', qrCode: `https://qr.example.test/${n}` });
      await process.scan.scanCode(ask);
      if (n === 1) await process.applyOutcome.apply(await stored(), CLOSED, by('test'));
    }
    await process.applyOutcome.apply(await stored(), paidAs(), by('test'));
    await books.repositories['2'].markTold(1, T0);
    clock.pass(3 * MINUTE);
  }
});
