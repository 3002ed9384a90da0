import { formatYuan } from '../../domain/money';
import { differenceMark } from './difference';
import { lineOf } from './difference-line';
import type { DayOutcome } from '../reconciliation.service';
import type { TakenDay } from '../turn/taken-day';

/** What the command says and ends with. */
export interface Report {
  /** 0: books and bill are equal; 1: they differ, or something waits; 2: nothing was compared. */
  readonly exitCode: 0 | 1 | 2;
  readonly lines: readonly string[];
}

/** Why there is no bill, for an operator. */
const NO_BILL: Readonly<Record<Exclude<DayOutcome['kind'], 'compared' | 'notBelieved'>, string>> = {
  empty: 'Alipay says it has no data of this day; that is no proof that nothing was paid',
  late: 'the bill is not there yet, or never will be: it comes about 09:00 of the next day',
  missing: 'the day lies before the account',
  refused: 'Alipay does not serve the question: look at contract and keys',
  unknown: 'no bill came: try again',
};

/** A day's outcome in lines; `notes`: what humans have said of its differences. */
export function reportOf(
  date: string,
  outcome: TakenDay,
  notes: ReadonlyMap<string, string>,
): Report {
  if (outcome.kind === 'held') {
    return { exitCode: 2, lines: [`${date}: another process compares it; try again in a while`] };
  }
  if (outcome.kind === 'notBelieved') {
    const line = `${date}: bill not believed (${outcome.fault}): ${outcome.cause}`;
    return { exitCode: 2, lines: [line] };
  }
  if (outcome.kind !== 'compared') {
    return { exitCode: 2, lines: [`${date}: ${NO_BILL[outcome.kind]} (${outcome.cause})`] };
  }
  const { result, kinds, differences, booked } = outcome.day;
  const { payments, refunds } = result;
  const counts = [...kinds].map(([kind, count]) => `${kind} ${count}`).join(', ');
  const more = result.differences - differences.length;
  return {
    exitCode: result.differences === 0 ? 0 : 1,
    lines: [
      `${date}  account ${result.account}`,
      `payments  ${payments}  ${formatYuan(result.paid)}`,
      `refunds   ${refunds}  ${formatYuan(result.refunded)}`,
      `net       ${formatYuan(result.net)}`,
      `verdicts  ${counts === '' ? 'none' : counts}`,
      ...booked.map((one) => `booked now: ${lineOf(one)}`),
      ...differences.map((one) => {
        const note = notes.get(differenceMark(one));
        return note === undefined ? lineOf(one) : `${lineOf(one)}  (${note})`;
      }),
      ...(more > 0 ? [`and ${more} more that are not kept one by one`] : []),
      result.differences === 0 ? 'equal' : `${result.differences} to look at`,
    ],
  };
}
