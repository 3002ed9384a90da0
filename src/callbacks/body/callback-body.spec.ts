import { aReceipt, NOW_MS } from '../../../test/support/books/a-receipt';
import type { Callback } from '../../domain/ports/callbacks';
import { fen } from '../../domain/money';
import { callbackBody } from './callback-body';

const CALLBACK: Callback = {
  id: 1,
  billType: '7',
  receiptRowId: 1,
  eventId: 'evt_1',
  type: 'payment.paid',
  writtenAtMs: NOW_MS,
  seq: 12,
  state: 'waiting',
  tries: 0,
  body: null,
};

const PAID = aReceipt({
  billType: '7',
  billNo: 'C & <1>',
  receiptId: '4711',
  cardNo: '6212345678901234',
  state: 'paid',
  payment: { tradeNo: '2026T', amount: fen(8_888), buyer: '138****', paidAtMs: NOW_MS },
  billStatus: '3',
});

describe('the body of a callback', () => {
  it('is JSON, members in order, numbers with two decimals, the card masked', () => {
    expect(callbackBody(CALLBACK, PAID, 'json')).toEqual({
      format: 'json',
      text:
        '{"type":"payment.paid","timestamp":"2026-11-22T04:00:00.000Z","data":{' +
        '"billnum":"C & <1>","autoid":"4711","billtype":"7","paytype":"98","billstatus":"3",' +
        '"paystatus":"SUCCESS","paymentvalue":88.88,"refundedtotal":0.00,"tradeno":"2026T",' +
        '"paidat":"2026-11-22 12:00:00","cardno":"***1234","seq":12}}',
    });
  });

  it("is XML as .NET's DataContract reads it: members in alphabetical order", () => {
    const { text, format } = callbackBody(CALLBACK, PAID, 'xml');
    expect(format).toBe('xml');
    expect(text).toBe(
      '<CallbackEvent xmlns:i="http://www.w3.org/2001/XMLSchema-instance" ' +
        'xmlns="http://schemas.datacontract.org/2004/07/' +
        'DigitalScience.DataTransfer.Tour.V5.Result.Pay"><data>' +
        '<autoid>4711</autoid><billnum>C &amp; &lt;1&gt;</billnum><billstatus>3</billstatus>' +
        '<billtype>7</billtype><cardno>***1234</cardno><paidat>2026-11-22 12:00:00</paidat>' +
        '<paymentvalue>88.88</paymentvalue><paystatus>SUCCESS</paystatus><paytype>98</paytype>' +
        '<refundedtotal>0.00</refundedtotal><seq>12</seq><tradeno>2026T</tradeno></data>' +
        '<timestamp>2026-11-22T04:00:00.000Z</timestamp><type>payment.paid</type></CallbackEvent>',
    );
  });

  it('says nothing where there is nothing, and nothing of a short card number', () => {
    const closed = aReceipt({ state: 'cancelled', cardNo: 'C1234567' });
    const { text } = callbackBody({ ...CALLBACK, type: 'payment.closed' }, closed, 'json');
    expect(text).toContain('"paystatus":"REVOKED"');
    expect(text).toContain('"tradeno":null,"paidat":null,"cardno":"***",');
    const xml = callbackBody(CALLBACK, closed, 'xml').text;
    expect(xml).toContain('<tradeno i:nil="true" />');
  });

  it('never calls a duplicate, or money on its way back, paid', () => {
    for (const changes of [{ duplicate: true }, { state: 'refunding' as const }]) {
      const { text } = callbackBody(CALLBACK, aReceipt({ ...PAID, ...changes }), 'json');
      expect(text).toContain('"paystatus":"REFUND"');
    }
  });

  it('stays far below what receivers take', () => {
    const long = aReceipt({ ...PAID, billNo: '票'.repeat(20), receiptId: 'x'.repeat(36) });
    const { text } = callbackBody(CALLBACK, long, 'xml');
    expect(Buffer.byteLength(text)).toBeLessThan(2_000);
  });
});
