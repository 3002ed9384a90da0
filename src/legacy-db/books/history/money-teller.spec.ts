import { Logger } from '@nestjs/common';
import { at, T0 } from '../../../../test/database/books';
import { aReceipt, NOW_MS } from '../../../../test/support/books/a-receipt';
import { fen } from '../../../domain/money';
import type { MoneyEvent } from '../../../domain/receipt/money-event';
import { MoneyTeller } from './money-teller';

const PAYMENT = { tradeNo: 'T1', amount: fen(8_888), buyer: null, paidAtMs: NOW_MS };
const FIRST = aReceipt({ state: 'waiting', payment: null });
const LAST = aReceipt({ state: 'paid', payment: PAYMENT });

describe('who tells of money', () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  it('tells everybody who listens, of what has changed alone', () => {
    const heard: MoneyEvent[] = [];
    const teller = new MoneyTeller();
    teller.listen((event) => heard.push(event));
    teller.listen((event) => heard.push(event));
    teller.booked(FIRST, LAST, at(T0));
    teller.booked(LAST, LAST, at(T0));
    expect(heard).toHaveLength(2);
    expect(heard[0]).toMatchObject({ kind: 'payment', receipt: LAST, amount: 8_888, atMs: T0 });
  });

  it('is not stopped by one who fails: the money has moved', () => {
    const heard: MoneyEvent[] = [];
    const teller = new MoneyTeller();
    teller.listen(() => {
      throw new Error('no');
    });
    teller.listen((event) => heard.push(event));
    expect(() => teller.booked(FIRST, LAST, at(T0))).not.toThrow();
    expect(heard).toHaveLength(1);
  });
});
