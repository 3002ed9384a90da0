import { bug } from './bug';
import type { Bug } from './bug';

const EVENT = 'domain/callback/callback-event';
const STORE = 'legacy-db/books/receipt-store';

/** Mistakes of an outbox, each of which the checker must see. */
export const CALLBACK_BUGS: readonly Bug[] = [
  bug(
    'callback-unwritten',
    STORE,
    'ReceiptStore.decideMove',
    'for (const row of told) writes.change(row);',
    'if (moved.refunded > 0) for (const row of told) writes.change(row);',
  ),
  bug(
    'callback-before-the-steps',
    STORE,
    'ReceiptStore.decideMove',
    'this.callbacks.rows(look?.receipt ?? receipt, moved, origin.nowMs)',
    'this.callbacks.rows(look?.receipt ?? receipt, receipt, origin.nowMs)',
  ),
  bug(
    'callback-outside-the-unit',
    STORE,
    'ReceiptStore.decideMove',
    'for (const row of told) writes.change(row);',
    'void this.database.write("told", async (sql) => { ' +
      'for (const row of told) await sql.change(row); });',
  ),
  bug(
    'callback-paid-on-its-way-back',
    EVENT,
    'eventOf',
    "if (last.state !== 'paid') return null;",
    "if (last.state === 'closed') return null;",
  ),
  bug(
    'callback-duplicate-as-paid',
    EVENT,
    'eventOf',
    "if (last.duplicate) return 'payment.duplicate';",
    "if (last.duplicate && last.state !== 'paid') return 'payment.duplicate';",
  ),
  bug(
    'callback-late-as-paid',
    EVENT,
    'eventOf',
    "return endedUnpaid(first.state) ? 'payment.late' : 'payment.paid';",
    "return 'payment.paid';",
  ),
  bug(
    'callback-refund-untold',
    EVENT,
    'eventOf',
    "return first.state === 'refunded' ? null : 'payment.refunded';",
    "return first.state !== 'refunding' ? null : 'payment.refunded';",
  ),
  bug(
    'callback-part-untold',
    EVENT,
    'eventOf',
    "if (wentBack) return 'refund.done';",
    "if (wentBack && first.state === 'refunding') return 'refund.done';",
  ),
  bug(
    'callback-refusal-untold',
    EVENT,
    'eventOf',
    "refused || (first.state === 'refunding' && last.state === 'paid')",
    'refused',
  ),
];
