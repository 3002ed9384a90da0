import type { BooksInspect } from '../database/books-inspect';
import { TestService } from '../support/process/service';
import {
  anAsk,
  cancel,
  freshBill,
  getCode,
  payAtSimulator,
  query,
  saying,
} from '../support/process/till';

jest.setTimeout(30_000);

describe('a card written in several ways', () => {
  let service: TestService;
  let inspect: BooksInspect;

  beforeAll(async () => {
    service = await TestService.start();
    inspect = service.inspect();
  });
  afterAll(async () => {
    inspect?.close();
    await service?.stop();
  });

  it('is one card: one balance, and gives back from it what was paid under any', async () => {
    const key = freshBill('CARD');
    const codes = [];
    for (const cardno of [`${key} `, key.toLowerCase(), key]) {
      const code = await getCode(service, anAsk('7', { cardno, paymentvalue: 10 }));
      await payAtSimulator(service, code);
      expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
      codes.push(code);
    }
    expect(await inspect.cardBalance(key)).toBe('30.00');
    for (const code of codes) expect(saying(await cancel(service, code))).toBe('0 REFUND 4');
    expect(await inspect.cardBalance(key)).toBe('0.00');
    const stored = inspect.rows<{ cardno: string }>('select cardno from card_balance');
    expect(stored.map(({ cardno }) => cardno)).toEqual([key]);
  });

  it('gives the same code again, and another one to another card', async () => {
    const cardno = freshBill('CARD');
    const code = await getCode(service, anAsk('7', { cardno }));
    for (const same of [`${cardno}  `, cardno.toLowerCase()]) {
      const again = await getCode(service, { ...code.ask, cardno: same });
      expect([again.autoid, again.codeurl]).toEqual([code.autoid, code.codeurl]);
    }
    const other = await getCode(service, { ...code.ask, cardno: `${cardno}0` });
    expect(other.autoid).not.toBe(code.autoid);
  });

  it('keeps its blanks in the text, and longer than 20 is refused as before', async () => {
    const cardno = `${freshBill('C')}           `;
    expect(cardno).toHaveLength(20);
    const code = await getCode(service, anAsk('7', { cardno }));
    const select = 'select card_no from receipt where receipt_id = ? and bill_no = ?';
    expect(inspect.rows(select, code.autoid, code.ask.billnum)).toEqual([{ card_no: cardno }]);
    const longer = await service.post('ScanCode', anAsk('7', { cardno: `${cardno} ` }));
    expect(longer.errcode).toBe(40001);
  });
});
