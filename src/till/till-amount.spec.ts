import { join } from 'node:path';
import { formatYuan, parseYuan, type YuanFault } from '../domain/money';

type Reading = { ok: true; yuan: string } | { ok: false; fault: YuanFault };
interface AmountScript {
  readYuan(text: string): Reading;
  showYuan(yuan: string): string;
}

const TEXTS = [
  ...['5', '5.0', '5.10', '5.100', '0.01', '100000000', '100000000.00', '0005', '+5', '.5', '5.'],
  ...[' 5 ', '\t5\n', '0', '0.00', '0.001', '5.001', '-1', '-0.01', '100000000.01', '1000000000'],
  ...['', ' ', '.', '+', '1e2', '5,00', '1,000.00', '0x10', '٥', '５', '5。10', '¥5', '$5', '1/2'],
  ...['Infinity', 'NaN', '5 5', '5..1', '9'.repeat(24), `${'0'.repeat(20)}7.30`, '\u00a05'],
];

describe('the amount field', () => {
  let script: AmountScript;

  beforeAll(async () => {
    const path = join(__dirname, 'public', 'bill', 'amount.js');
    script = (await import(path)) as AmountScript;
  });

  it.each(TEXTS)('reads %j exactly as the service does', (text) => {
    const ours = parseYuan(text);
    const expected = ours.ok ? { ok: true, yuan: formatYuan(ours.amount) } : ours;
    expect(script.readYuan(text)).toEqual(expected);
  });

  it.each([
    ['5.10', '¥5.10'],
    ['999.00', '¥999.00'],
    ['1234.50', '¥1,234.50'],
    ['100000000.00', '¥100,000,000.00'],
  ])('shows %s as %s', (yuan, shown) => {
    expect(script.showYuan(yuan)).toBe(shown);
  });
});
