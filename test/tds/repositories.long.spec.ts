import { describeAlarmBook, describeDayBook, describeRefundBook } from '../database/people.suite';
import { describeActs, describeKeys, describeSessions } from '../database/access.suite';
import { describeBegin } from '../database/begin.suite';
import { describeBookFigures } from '../database/book-figures.suite';
import { describeClaims } from '../database/claim.suite';
import { describeDailyBooks } from '../database/daily-books.suite';
import { describeReconcileTurns } from '../database/reconcile-turns.suite';
import { describeDuplicates } from '../database/duplicate.suite';
import {
  describeCallbackNumbers,
  describeCallbacks,
  describeDueCallbacks,
} from '../database/callback.suite';
import {
  describeCallbackTries,
  describeFailedTries,
  describeLaterTries,
} from '../database/callback-try.suite';
import { describeCards, describeEnd, describeRefusedEnd } from '../database/end.suite';
import { describeLease, describeMoves, describeNotes } from '../database/move.suite';
import { describeCardHold, describeUndo } from '../database/undo.suite';
import { describeReading, describeSearchPages, describeSearches } from '../database/reading.suite';
import { describeRefundRivals, describeRefunds } from '../database/refund.suite';
import { describeXposRequests } from '../database/xpos-request.suite';
import { openOverTds } from './tds-books';

jest.setTimeout(60_000);

// Every statement and call goes through the real driver and over the wire. What depends on how a
// database compares texts, numbers rows and locks them is left to the suite on an SQL Server.
describe('the books through the adapter of SQL Server', () => {
  describeBegin(openOverTds);
  describeMoves(openOverTds);
  describeLease(openOverTds);
  describeNotes(openOverTds);
  describeEnd(openOverTds);
  describeRefusedEnd(openOverTds);
  describeCards(openOverTds);
  describeCardHold(openOverTds);
  describeUndo(openOverTds);
  describeDuplicates(openOverTds);
  describeRefunds(openOverTds);
  describeRefundRivals(openOverTds);
  describeClaims(openOverTds);
  describeXposRequests(openOverTds);
  describeCallbacks(openOverTds);
  describeCallbackNumbers(openOverTds);
  describeDueCallbacks(openOverTds);
  describeCallbackTries(openOverTds);
  describeFailedTries(openOverTds);
  describeLaterTries(openOverTds);
  describeBookFigures(openOverTds);
  describeDailyBooks(openOverTds);
  describeKeys(openOverTds);
  describeSessions(openOverTds);
  describeActs(openOverTds);
  describeDayBook(openOverTds);
  describeAlarmBook(openOverTds);
  describeRefundBook(openOverTds);
  describeSearches(openOverTds);
  describeSearchPages(openOverTds);
  describeReading(openOverTds);
  describeReconcileTurns(openOverTds);
});
