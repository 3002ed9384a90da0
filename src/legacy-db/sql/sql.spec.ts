import { fen } from '../../domain/money';
import { Fragment, big, sql, text, yuan } from './sql';

const A = new Fragment('a');
const B = new Fragment('b');

describe('a statement', () => {
  it('is its pieces, a question mark for each value between them', () => {
    const statement = sql`select ${A}, ${big(1)} from t${B} where x = ${text(3, 'y')}`;
    expect(statement.texts).toEqual(['select a, ', ' from tb where x = ', '']);
    expect(statement.withMarks).toBe('select a, ? from tb where x = ?');
    expect(statement.values.map(({ value }) => value)).toEqual([1, 'y']);
  });

  it('is put together with another one, in this order', () => {
    const [one, two] = [sql`x = ${big(1)}`, sql` and y = ${big(2)}`];
    const both = one.with(two);
    expect(both.withMarks).toBe('x = ? and y = ?');
    expect(both.values.map(({ value }) => value)).toEqual([1, 2]);
    expect(two.with(one).withMarks).toBe(' and y = ?x = ?');
    expect(one.with(sql``).texts).toEqual(['x = ', '']);
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
