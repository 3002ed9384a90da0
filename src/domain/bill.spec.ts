import { BILL_TYPES, BILL_TYPE_NAMES, billKey, cardKey, isBillType, isSameCard } from './bill';

/** A bill number and its identity: trailing blanks go, ASCII letters are capitals, no more. */
const KEYS: [what: string, billNo: string, key: string][] = [
  ['capitals and digits stay', 'T20261122001', 'T20261122001'],
  ['small ASCII letters', 'abc-xyz_9', 'ABC-XYZ_9'],
  ['mixed letters', 'aBcD', 'ABCD'],
  ['one trailing blank', 'A1 ', 'A1'],
  ['many trailing blanks', 'A1     ', 'A1'],
  ['leading blanks stay', '  A1', '  A1'],
  ['inner blanks stay', 'A  1 ', 'A  1'],
  ['a trailing tab stays', 'A1\t', 'A1\t'],
  ['blanks before a trailing tab stay', 'A1 \t', 'A1 \t'],
  ['a trailing line end stays', 'A1\n', 'A1\n'],
  ['a trailing no-break space stays', 'A1\u00a0', 'A1\u00a0'],
  ['a trailing full-width space stays', 'A1\u3000', 'A1\u3000'],
  ['a trailing zero-width space stays', 'A1\u200b', 'A1\u200b'],
  ['full-width letters stay small', '\uff41\uff42', '\uff41\uff42'],
  ['full-width digits stay', '\uff11\uff12', '\uff11\uff12'],
  ['accented letters stay', '\u00e9\u00fc', '\u00e9\u00fc'],
  ['NFC and NFD stay apart', 'e\u0301', 'E\u0301'],
  ['sharp s does not become SS', 'stra\u00dfe', 'STRA\u00dfE'],
  ['dotless i stays', '\u0131i', '\u0131I'],
  ['long s stays', '\u017fs', '\u017fS'],
  ['a ligature stays', '\ufb01x', '\ufb01X'],
  ['Greek and Cyrillic stay', '\u03b1\u0430', '\u03b1\u0430'],
  ['Chinese stays', '\u7968a', '\u7968A'],
  ['an astral character stays whole', '\u{1f600}a', '\u{1f600}A'],
  ['a small Deseret letter stays', '\u{10428}', '\u{10428}'],
];

describe('the identity of a bill', () => {
  it.each(KEYS)('%s', (_what, billNo, key) => {
    expect(billKey(billNo)).toBe(key);
  });

  it('is its own key', () => {
    for (const [, billNo] of KEYS) expect(billKey(billKey(billNo))).toBe(billKey(billNo));
  });

  it('keeps bills apart that are not the same by the rule', () => {
    const keys = KEYS.map(([, billNo]) => billKey(billNo));
    const same = ['A1', 'A1'];
    expect(keys.length - new Set(keys).size).toBe(same.length - 1);
  });

  it('never makes a number longer', () => {
    for (const [, billNo, key] of KEYS) expect(key.length).toBeLessThanOrEqual(billNo.length);
  });
});

describe('the identity of a card', () => {
  it.each(KEYS)('follows the rule of bills: %s', (_what, cardNo, key) => {
    expect(cardKey(cardNo)).toBe(key);
    expect(isSameCard(cardNo, key)).toBe(true);
  });

  it('is not there without a card', () => {
    expect(isSameCard(null, null)).toBe(true);
    expect([isSameCard(null, ''), isSameCard('', null), isSameCard('A', 'B')]).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('the bill types', () => {
  it('are the seven of the help page, each with a name', () => {
    expect([...BILL_TYPES]).toEqual(['1', '2', '3', '4', '5', '6', '7']);
    expect(Object.keys(BILL_TYPE_NAMES)).toEqual([...BILL_TYPES]);
  });

  it.each([...BILL_TYPES])('takes %s', (text) => {
    expect(isBillType(text)).toBe(true);
  });

  it.each(['0', '8', '', ' 1', '1 ', '01', '1.0', '\uff11', '\u0661', '11', 'toString'])(
    'takes no %j',
    (text) => {
      expect(isBillType(text)).toBe(false);
    },
  );
});
