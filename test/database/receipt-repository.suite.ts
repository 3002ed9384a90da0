import { describeAlarmBook, describeDayBook, describeRefundBook } from './people.suite';
import { describeActs, describeKeys, describeSessions } from './access.suite';
import { describeBookFigures } from './book-figures.suite';
import { describeBegin, describeDecisions, describeNumbering } from './begin.suite';
import type { OpenFreshBooks } from './books';
import { describeCallbackNumbers, describeCallbacks, describeDueCallbacks } from './callback.suite';
import {
  describeCallbackTries,
  describeFailedTries,
  describeLaterTries,
} from './callback-try.suite';
import { describeCardKeys } from './card-key.suite';
import { describeClaims, describeWake } from './claim.suite';
import { describeConcurrency, describeCrowd } from './concurrency.suite';
import { describeDailyBooks } from './daily-books.suite';
import { describeReconcileTurns } from './reconcile-turns.suite';
import { describeDuplicates, describeLiveRivals, describeNoDuplicates } from './duplicate.suite';
import { describeBillStatus, describeCards, describeEnd, describeRefusedEnd } from './end.suite';
import { describeEvents } from './event.suite';
import { describeFind } from './find.suite';
import { describeLease, describeLive, describeMoves, describeNotes } from './move.suite';
import { describeOwed } from './owed.suite';
import { describeReading, describeSearchPages, describeSearches } from './reading.suite';
import { describeRefundRivals, describeRefunds } from './refund.suite';
import { describeXposRequests } from './xpos-request.suite';
import { describeCardHold, describeUndo } from './undo.suite';
import { describeWantedUntil } from './wanted-until.suite';

/**
 * What the books promise, on any store: give the store's name and a way to open a database nobody
 * used before. Only the ports of the domain are used, and `inspect` for the tables.
 */
export function describeReceiptRepositories(name: string, open: OpenFreshBooks): void {
  describe(`receipt repositories on ${name}`, () => {
    describeBegin(open);
    describeDecisions(open);
    describeNumbering(open);
    describeFind(open);
    describeMoves(open);
    describeLive(open);
    describeLease(open);
    describeNotes(open);
    describeEvents(open);
    describeEnd(open);
    describeBillStatus(open);
    describeRefusedEnd(open);
    describeCards(open);
    describeCardHold(open);
    describeCardKeys(open);
    describeUndo(open);
    describeWantedUntil(open);
    describeDuplicates(open);
    describeNoDuplicates(open);
    describeLiveRivals(open);
    describeRefunds(open);
    describeOwed(open);
    describeRefundRivals(open);
    describeClaims(open);
    describeWake(open);
    describeXposRequests(open);
    describeCallbacks(open);
    describeCallbackNumbers(open);
    describeDueCallbacks(open);
    describeCallbackTries(open);
    describeFailedTries(open);
    describeLaterTries(open);
    describeBookFigures(open);
    describeDailyBooks(open);
    describeKeys(open);
    describeSessions(open);
    describeActs(open);
    describeDayBook(open);
    describeAlarmBook(open);
    describeRefundBook(open);
    describeSearches(open);
    describeSearchPages(open);
    describeReading(open);
    describeReconcileTurns(open);
    describeConcurrency(open);
    describeCrowd(open);
  });
}
