import { csvLine } from './csv';

it.each([
  ['DEMO-1001', 'DEMO-1001'],
  ['98|0|1', '98|0|1'],
  ['王', '王'],
  ['12', '12'],
  ['12345678901', '12345678901'],
  ['123456789012', '"123456789012\t"'],
  ['2026112222001400001', '"2026112222001400001\t"'],
  ['007', '"007\t"'],
  ['1E5', '"1E5\t"'],
  ['2026-11', '"2026-11\t"'],
  ['1/2', '"1/2\t"'],
  ['12:30', '"12:30\t"'],
  ['Mar 1', '"Mar 1\t"'],
  ['sept-2', '"sept-2\t"'],
  ['1,5', '"1,5\t"'],
  ['a,b', '"a,b"'],
  ['a"b', '"a""b"'],
  [' a', '" a"'],
  ['a\r\nb', 'a b'],
  ['a\u0000\u001b[2J', 'a [2J'],
  ['', ''],
])('the text %j is %j', (text, cell) => expect(csvLine([text])).toBe(`${cell}\r\n`));

it.each([
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '＝1',
  '＋1',
  '\t=1',
  '\r=1',
  '  =1',
  '"=1',
  '|cmd',
  "=cmd|' /C calc'!A0",
])('%j starts no formula', (text) => {
  const line = csvLine([text, 'x']);
  expect(line.replace(/^"/, '')).toMatch(/^'/);
});

it('nor does one behind what another spreadsheet takes for the end of a cell', () => {
  expect(csvLine(['a;=1+1'])).toBe(`"a;'=1+1"\r\n`);
  expect(csvLine(['a",=1+1'])).toBe(`"a"",'=1+1"\r\n`);
  expect(csvLine(['a\t=1+1'])).toBe('a =1+1\r\n');
});

it('writes numbers and times of ours as they are, and nothing for nothing', () => {
  expect(csvLine([{ plain: '-12.62' }, null, { plain: '2026-11-22 12:00:00' }])).toBe(
    '-12.62,,2026-11-22 12:00:00\r\n',
  );
});
