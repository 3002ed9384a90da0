import { describeLong } from '../support/long';
import { CrashRig, PAYMENT } from './rig';

const CYCLES = Number(process.env['CRASH_RIG_CYCLES'] ?? 12);

jest.setTimeout(240_000 + CYCLES * 15_000);

/** The shortest form of `npm run crash`. */
describe('tills that pay while the service is killed', () => {
  it('find every payment booked, once, and every answer kept', async () => {
    const { points } = PAYMENT;
    const report = await CrashRig.run(points.length, 4, undefined, PAYMENT);
    expect(report.violations).toEqual([]);
    expect(report.sales).toBe(points.length * 5);
    expect(report.paidTrades).toBeGreaterThan(points.length);
    expect(report.kills).toEqual(Object.fromEntries(points.map((point) => [point, 1])));
  });
});

/** A short form of it. */
describeLong('tills that pay, cancel and supersede while the service is killed', () => {
  it('find every payment booked, once, and every answer kept', async () => {
    const report = await CrashRig.run(CYCLES, 4);
    expect(report.violations).toEqual([]);
    expect(report.sales).toBe(CYCLES * 5);
    expect(report.owed).toBeGreaterThan(0);
    expect(report.paidTrades).toBeGreaterThan(CYCLES);
    expect(Object.values(report.kills).reduce((sum, count) => sum + count, 0)).toBe(CYCLES);
  });
});
