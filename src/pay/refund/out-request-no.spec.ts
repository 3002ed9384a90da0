import { execFileSync } from 'node:child_process';
import { DUPLICATE_BATCH } from '../../domain/refund/refund';
import { outRequestNo } from './out-request-no';

const TRADE = '0199a8c3f0004d5e6f708192a3b4c5d6';

describe('our number of a refund', () => {
  it('begins SHA-256 of number, bar and batch key, as another program has it', () => {
    const said = execFileSync('sha256sum', { input: `${TRADE}|B-1` }).toString();
    expect(outRequestNo(TRADE, 'b-1')).toBe(said.slice(0, 32));
    expect(outRequestNo(TRADE, 'b-1')).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each([
    ['B1', 'B1', true],
    ['B1', 'b1', true],
    ['B1', 'B1   ', true],
    ['B1', ' B1', false],
    ['B1', 'B2', false],
    ['é', 'É', false],
    ['duplicate', DUPLICATE_BATCH, false],
    ['DUPLICATE ', DUPLICATE_BATCH, false],
  ])('of %j and %j is the same: %j', (one, other, same) => {
    expect(outRequestNo(TRADE, one) === outRequestNo(TRADE, other)).toBe(same);
  });

  it('is another one for another receipt, however number and batch are cut', () => {
    expect(outRequestNo('A', 'B')).not.toBe(outRequestNo('C', 'B'));
    expect(outRequestNo('A', 'B|C')).not.toBe(outRequestNo('AB', 'C'));
  });
});
