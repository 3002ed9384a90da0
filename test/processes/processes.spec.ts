import { LONG } from '../support/long';
import { contend } from './contention';
import { drain } from './drain';
import { whileHanging } from './hanging';

jest.setTimeout(120_000);

const BILLS = LONG ? 200 : 48;
const STOPS = LONG ? 2 : 1;
/** Receipts that wait for an Alipay that hangs, and questions after one that is final. */
const HANGING = LONG ? 80 : 24;
const QUESTIONS = LONG ? 100 : 40;

/** The short form of `npm run processes`. */
describe('processes', () => {
  it('that share one file make one receipt, one call and one code of each bill', async () => {
    const report = await contend(BILLS);
    expect(report).toMatchObject({
      bills: BILLS,
      receipts: BILLS,
      trades: BILLS,
      precreates: BILLS,
      disagreements: 0,
      other: [],
      integrity: 'ok',
    });
  });

  it('that are told to stop answer what they accepted, and end in order', async () => {
    for (let stop = 1; stop <= STOPS; stop += 1) {
      const { ms, busy, ...report } = await drain();
      const { accepted } = report;
      expect(report).toEqual({ exitCode: 0, accepted, answered: accepted, kept: accepted });
      expect(busy).toMatchObject({ resets: [], odd: [], unannounced: 0 });
      expect(busy.refused).toBeGreaterThan(0);
      expect(ms).toBeLessThan(10_000);
    }
  });

  it('whose Alipay hangs still answer for final receipts', async () => {
    const report = await whileHanging(HANGING, QUESTIONS);
    expect([report.wrong, report.queries]).toEqual([0, QUESTIONS]);
    expect(report.stillHanging).toBeGreaterThan(0);
  });
});
