import { exactAmounts } from './alipay.amounts';

const read = (text: string) => exactAmounts(JSON.parse(text) as Record<string, unknown>, text);

describe('the amounts of an answer', () => {
  it.each([
    ['88.88'],
    ['88.880'],
    ['100'],
    ['0'],
    ['88.880000000000001'],
    ['88.87999999999999999'],
    ['123456789012345678901234567890.12'],
    ['-88.88'],
    ['8.888e1'],
    ['8888E-2'],
  ])('are the characters of a number: %s', (number) => {
    const text = `{"code":10000,"total_amount":${number},"trade_no":2026}`;
    expect(read(text)).toEqual({ code: 10000, total_amount: number, trade_no: 2026 });
  });

  it.each([
    ['blanks around it', '{ "total_amount" : 88.88 , "a" : [ 1 , 2 ] }'],
    ['a nested one of the same name', '{"a":{"total_amount":1},"total_amount":88.88,"b":[2.5]}'],
    ['itself twice, the last counts', '{"total_amount":1.11,"total_amount":88.88}'],
    ['a string that looks like it', '{"a":"\\"total_amount\\":1,\\\\","total_amount":88.88}'],
    ['an escaped name', '{"total\\u005famount":88.88}'],
    ['a long string before it', `{"a":"${'\\"1'.repeat(60_000)}","total_amount":88.88}`],
  ])('are found beside %s', (_what, text) => {
    expect(read(text)).toEqual({ ...(JSON.parse(text) as object), total_amount: '88.88' });
  });

  it('are all of them, and nothing else', () => {
    const text = '{"receipt_amount":1.10,"refund_fee":0.010,"point_amount":"0.00","amount_x":3}';
    expect(read(text)).toEqual({
      receipt_amount: '1.10',
      refund_fee: '0.010',
      point_amount: '0.00',
      amount_x: 3,
    });
  });

  it.each(['"88.88"', 'null', 'true', '[88.88]', '{"a":88.88}'])('that are %s stay so', (value) => {
    const text = `{"total_amount":${value}}`;
    expect(read(text)).toEqual(JSON.parse(text));
  });
});
