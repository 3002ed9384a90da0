import { fen } from '../../domain/money';
import { big, sql, text, yuan } from './sql';
import { Fragment } from './sql-text';

const A = new Fragment('a');
const B = new Fragment('b');

/** One place of the code, whose parts differ from call to call. */
function at(...parts: [first: Fragment | ReturnType<typeof big>, second: Fragment]) {
  return sql`select ${parts[0]} from ${parts[1]}`;
}

describe('the text of a statement', () => {
  it('is its pieces, a question mark for each value between them', () => {
    const statement = sql`select ${A}, ${big(1)} from t${B} where x = ${text(3, 'y')}`;
    expect(statement.texts).toEqual(['select a, ', ' from tb where x = ', '']);
    expect(statement.text.withMarks).toBe('select a, ? from tb where x = ?');
    expect(statement.values.map(({ value }) => value)).toEqual([1, 'y']);
  });

  it('is the same object for the same place and fragments, whatever the values', () => {
    expect(at(big(1), A).text).toBe(at(big(2), A).text);
    expect(at(A, B).text).toBe(at(A, B).text);
  });

  it('is another one for other fragments, and for a fragment in the place of a value', () => {
    expect([at(A, B), at(B, A), at(A, A), at(big(1), A)].map((one) => one.text.withMarks)).toEqual([
      'select a from b',
      'select b from a',
      'select a from a',
      'select ? from a',
    ]);
    expect(sql`select ${A}`.text).not.toBe(sql`select ${A}`.text);
  });

  it('is put together with another one once, in this order', () => {
    const [one, two] = [() => sql`x = ${big(1)}`, () => sql` and y = ${big(2)}`];
    const both = one().with(two());
    expect(both.text.withMarks).toBe('x = ? and y = ?');
    expect(both.values.map(({ value }) => value)).toEqual([1, 2]);
    expect(one().with(two()).text).toBe(both.text);
    expect(two().with(one()).text.withMarks).toBe(' and y = ?x = ?');
    expect(one().with(sql``).texts).toEqual(['x = ', '']);
  });
});

describe('money in a statement', () => {
  it('is text of two decimals; where there is none it is null, not 0.00', () => {
    expect([fen(8_888), fen(0), null].map((amount) => yuan(amount).value)).toEqual([
      '88.88',
      '0.00',
      null,
    ]);
  });
});
