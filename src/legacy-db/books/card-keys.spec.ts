import { clashLines, sortCards } from './card-keys';

describe('rows of cards from before cards had a key', () => {
  it.each([
    ['none', []],
    ['rows under their key', ['8800', 'AB12', ' AB12', '卡1']],
  ])('%s stay', (_what, cardNos) => {
    expect(sortCards(cardNos)).toEqual({ renames: [], clashes: [] });
  });

  it.each([
    ['8800 ', '8800'],
    ['ab12', 'AB12'],
    ['aB12   ', 'AB12'],
  ])('a lone %j becomes %j', (cardNo, key) => {
    expect(sortCards(['1', cardNo])).toEqual({ renames: [[cardNo, key]], clashes: [] });
  });

  it.each([
    ['beside its key', ['8800', '8800 '], '8800'],
    ['without its key', ['ab12', 'aB12'], 'AB12'],
    ['three of them', ['AB12', 'ab12', 'ab12 '], 'AB12'],
  ])('several of one card stay, and are told: %s', (_what, cardNos, key) => {
    const clash = { key, cardNos: [...cardNos].sort() };
    expect(sortCards(['x ', ...cardNos])).toEqual({ renames: [['x ', 'X']], clashes: [clash] });
  });

  it('are told with their blanks, and not without end', () => {
    const clash = (n: number) => ({ key: `K${n}`, cardNos: [`K${n}`, `K${n} `] });
    expect(clashLines([clash(1)])).toEqual([
      'cards    "K1", "K1 " are one card: "K1" is used, the rest is left alone',
    ]);
    const many = clashLines(Array.from({ length: 25 }, (_, n) => clash(n)));
    expect([many.length, many.at(-1)]).toEqual([21, 'cards    and 5 more like that']);
  });
});
