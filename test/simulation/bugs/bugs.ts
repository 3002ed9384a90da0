import { bug } from './bug';
import type { Bug } from './bug';
import { CALLBACK_BUGS } from './callback-bugs';
import { CHARGE_BUGS } from './charge-bugs';
import { DELIVERY_BUGS } from './delivery-bugs';
import { FIELD_BUGS } from './field-bugs';
import { REFUND_BUGS } from './refund-bugs';
import { RELEASE_BUGS } from './release-bugs';

const APPLY = 'pay/outcome/apply-outcome.service';
const CODES = 'pay/charge/code-requests.service';
const DECISION = 'domain/collect/collect-decision';
const PLAN = 'domain/receipt/outcome-plan';
const STORE = 'legacy-db/books/receipt-store';
const STEPS = 'legacy-db/books/writes/step-writes';
const UNDO = 'pay/outcome/undo.service';

/** Mistakes a payment service is known to make, each of which the checker must see. */
export const BUGS: readonly Bug[] = [
  bug('drop-amount-check', PLAN, 'contradiction', 'told.amount !== receipt.amount', '!told'),
  bug(
    'operator-undo-forgotten',
    PLAN,
    'planPaid',
    "const event = undoneByOperator(receipt) ? 'beginRefund' : 'pay';",
    "const event = 'pay';",
  ),
  bug(
    'answer-before-commit',
    'legacy-db/sqlite/write-queue',
    'WriteQueue.write',
    'result = await work(this.connection.sql);',
    'result = await work(this.connection.sql); resolve(result);',
  ),
  bug(
    'write-outside-the-queue',
    'legacy-db/sqlite/sqlite-database',
    'SqliteDatabase.constructor',
    'this.queue = new WriteQueue({ sql: new SqliteSql(writer), control }, clock);',
    'void control; this.queue = new WriteQueue({ sql: new SqliteSql(writer), ' +
      'control: async () => undefined }, clock);',
  ),
  bug(
    'end-on-unknown-cancel',
    UNDO,
    'Undo.kill',
    "if (cancelled.kind !== 'done') return this.endUncancelled(before, cancelled, by);",
    "if (cancelled.kind === 'tooLate') return this.endUncancelled(before, cancelled, by);",
  ),
  bug(
    'cancel-on-unknown-query',
    UNDO,
    'Undo.question',
    "outcome.kind === 'unknown' || outcome.kind === 'refused'",
    "outcome.kind === 'refused'",
  ),
  bug(
    'cancel-unasked',
    UNDO,
    'Undo.kill',
    'const before = await this.ask(receipt, by);',
    "const before = { receipt, outcome: { kind: 'notExist', channelTimeMs: null } };",
  ),
  bug(
    'close-on-not-exist',
    UNDO,
    'Undo.kill',
    "if (before.receipt.state !== 'cancelling') return before.receipt;",
    "if (before.receipt.state !== 'cancelling') return before.receipt;\n" +
      "if (before.outcome.kind === 'notExist') " +
      'return this.stepOrLook(before.receipt, deadStep(before.receipt), by);',
  ),
  bug(
    'no-second-query',
    UNDO,
    'Undo.kill',
    'const after = await this.ask(sent.receipt, by);',
    'const after = before;',
  ),
  bug(
    'intent-not-committed',
    UNDO,
    'Undo.intend',
    "return this.applyOutcome.step(receipt, { event: 'intendUndo', reason }, by, wantedUntil);",
    "void wantedUntil; return { ...receipt, state: 'cancelling', undoReason: reason };",
  ),
  bug(
    'trust-unverified',
    'pay/outcome/refresh.service',
    'Refresh.ask',
    "await this.applyOutcome.alarm(receipt, 'unverifiedAnswer', outcome.cause);",
    "return { receipt: await this.applyOutcome.apply(receipt, { kind: 'paid', " +
      "channelStatus: 'TRADE_SUCCESS', payment: { tradeNo: 'forged', amount: receipt.amount, " +
      'buyer: null, paidAtMs: 0 } }, by) };',
  ),
  bug(
    'acknowledge-before-commit',
    'pay/notify/notify.service',
    'Notify.receive',
    'await this.applyOutcome.apply(receipt, outcome, NOTIFY);',
    'void this.applyOutcome.apply(receipt, outcome, NOTIFY).catch(() => undefined);',
  ),
  bug(
    'new-number-on-retry',
    CODES,
    'CodeRequests.request',
    'await this.gateway.requestCode(receipt.channelCall)',
    'await this.gateway.requestCode(receipt.precreateTries > 1 ? receipt.channelCall' +
      ".replace(receipt.outTradeNo, receipt.outTradeNo.slice(2) + 'ff') : receipt.channelCall)",
  ),
  bug(
    'hand-out-late-code',
    CODES,
    'CodeRequests.giveCode',
    'const fresh = await books.get(receipt.id);',
    "const fresh = await books.get(receipt.id);\nif (fresh.state !== 'paid') " +
      'return { ...fresh, qrCode };',
  ),
  bug(
    'fail-on-unknown',
    CODES,
    'CodeRequests.request',
    "case 'unknown': await this.repositories[receipt.billType].releasePrecreate(receipt); " +
      'throw undecided(receipt, `precreate: ${outcome.cause}`);',
    "case 'unknown': await this.repositories[receipt.billType].move(receipt, " +
      "[{ event: 'fail' }], { ...by, nowMs: this.clock.nowMs() }); " +
      'throw undecided(receipt, `precreate: ${outcome.cause}`);',
  ),
  bug(
    'refusal-after-lost-answer',
    CODES,
    'CodeRequests.refused',
    "outcome.fault === 'pace' || receipt.precreateTries > 1",
    "outcome.fault === 'pace'",
  ),
  bug(
    'ask-before-begin',
    'pay/charge/begin-orders.service',
    'BeginOrders.order',
    "begunBy === 'barCode' ? this.gateway.preparePay(wanted) : this.gateway.prepareCode(wanted)",
    '(void this.gateway.requestCode(this.gateway.prepareCode(wanted)), ' +
      'this.gateway.prepareCode(wanted))',
  ),
  bug(
    'guard-without-state',
    'legacy-db/books/receipt-step',
    'guard',
    'return sql` where id = ${big(id)} and state = ${text(12, state)}`.with(reason);',
    'void reason; void state; return sql` where id = ${big(id)}`;',
  ),
  bug('forget-to-release-the-bill', STEPS, 'StepWrites.settleBill', 'big(id)', 'big(-id)'),
  bug(
    'forget-duplicate',
    STEPS,
    'StepWrites.isDuplicate',
    'return this.rivals.paid.length > 0;',
    'return this.rivals.paid.length < 0;',
  ),
  bug(
    'duplicate-counts',
    STEPS,
    'StepWrites.plan',
    'const calls = after.duplicate ? [] : endCalls(before, step);',
    'const calls = endCalls(before, step);',
  ),
  bug('rival-lives-on', STEPS, 'StepWrites.book', 'this.endLiveRival(origin);', ''),
  bug(
    'late-money-unseen',
    STEPS,
    'StepWrites.book',
    "this.alarm(receipt, 'lateMoney', " + '`paid after it was ${receipt.state}`, nowMs);',
    '',
  ),
  bug(
    'told-again',
    STORE,
    'ReceiptStore.markTold',
    '`update receipt set told_at_ms = ${big(nowMs)} ' +
      'where id = ${big(receiptRowId)} and told_at_ms is null`',
    '`update receipt set told_at_ms = ${big(nowMs)} where id = ${big(receiptRowId)}`',
  ),
  bug(
    'credit-twice',
    'legacy-db/sqlite/embedded-receipts',
    'EmbeddedReceipts.endPaid',
    'await this.credit(db, order, payment.amount);',
    'await this.credit(db, order, payment.amount); ' +
      'if (row.result !== null) await this.credit(db, order, payment.amount);',
  ),
  bug(
    'forget-hold',
    'legacy-db/books/booking',
    'endCalls',
    "return step.payment ? [{ result: 'S' }, ...hold] : hold;",
    "return step.payment ? [{ result: 'S' }] : [];",
  ),
  bug(
    'forget-to-give-up-hold',
    'legacy-db/books/booking',
    'endCalls',
    "return (step.refunded ?? before.refunded) > 0 ? [{ result: 'R' }, ...giveUp] : giveUp;",
    "return (step.refunded ?? before.refunded) > 0 ? [{ result: 'R' }] : [];",
  ),
  bug(
    'hold-is-no-total',
    'legacy-db/systems/stored-value.receipts',
    'StoredValueReceipts.holdTo',
    'await this.changeCard(db, receipt.cardNo, fen(before - held));',
    "await this.changeCard(db, receipt.cardNo, fen(order.result === 'H' ? 0 - held : held));",
  ),
  bug(
    'ignore-untold',
    DECISION,
    'blocksCollecting',
    'if (paid.toldAtMs === null) return true;',
    'if (paid.toldAtMs === null) return false;',
  ),
  bug(
    'collect-while-refunding',
    DECISION,
    'decideByPayments',
    "return refunding ? { kind: 'undecided', receipt: refunding } : null;",
    'void refunding; return null;',
  ),
  bug(
    'ignore-repeat-guard',
    DECISION,
    'blocksCollecting',
    'return paid.amount === ask.amount && ask.nowMs < paid.toldAtMs + ask.repeatGuardMs;',
    'return false;',
  ),
  bug(
    'supersede-alive',
    DECISION,
    'decideScan',
    "return { kind: beingMade ? 'conflict' : 'supersede', receipt: live };",
    "void beingMade; return { kind: 'begin' };",
  ),
  bug(
    'replay-an-ending-code',
    DECISION,
    'fitsAsk',
    'live.codeEndsAtMs - ask.channelNowMs >= MIN_CODE_LEFT_MS',
    'true',
  ),
  bug(
    'duplicate-told-as-success',
    'domain/receipt/pay-status',
    'payStatusOf',
    'if (receipt.duplicate) return PAY_STATUS.refunding;',
    '',
  ),
  bug(
    'word-while-cancelling',
    'domain/receipt/pay-status',
    'payStatusOf',
    "case 'cancelling':\n      return null;",
    "case 'cancelling':\n      return PAY_STATUS.revoked;",
  ),
  bug(
    'told-before-sent',
    'pay/outcome/told.service',
    'Told.whenSent',
    'reply.once',
    '((_: string, note: () => void) => queueMicrotask(note))',
  ),
  bug(
    'claim-without-expiry',
    'legacy-db/books/open-receipts-store',
    'OpenReceiptsStore.claimDue',
    '`due_at_ms <= ${big(nowMs)} and claim_until_ms <= ${big(nowMs)}`',
    '`due_at_ms <= ${big(nowMs)} and claim_until_ms = ${big(0)}`',
  ),
  bug(
    'sweep-forgets-cancelling',
    'pay/sweep/sweep-look',
    'SweepLook.look',
    'await this.undo.finish(receipt, SWEEP);',
    "if (receipt.state === 'refunding') await this.undo.finish(receipt, SWEEP);",
  ),
  bug(
    'codes-never-over',
    'domain/receipt/due',
    'codeIsOver',
    'return nowMs >= receipt.codeEndsAtMs + AFTER_CODE_END_MS;',
    'return false;',
  ),
  bug(
    'no-late-looks',
    'domain/receipt/due',
    'dueAfterEnd',
    'return left.length === 0 ? null : Math.min(...left);',
    'return left.length < 0 ? 0 : null;',
  ),
  bug(
    'stale-shared-answer',
    APPLY,
    'ApplyOutcome.unlessNews',
    'return isNews ? null : { receipt: fresh, outcome };',
    'return isNews && null ? null : { receipt, outcome };',
  ),
  bug(
    'lost-late-look',
    'pay/sweep/sweep.service',
    'Sweep.look',
    'this.open.settleClaim(receipt, claim, this.clock.nowMs(), decided)',
    'this.open.settleClaim(receipt, claim, this.clock.nowMs(), true)',
  ),
  bug(
    'refund-not-queued',
    STEPS,
    'StepWrites.book',
    'this.writes.change(queuedRefund(receipt, nowMs));',
    'void queuedRefund;',
  ),
  bug(
    'look-alike-bills',
    'domain/bill',
    'numberKey',
    '(letters) => letters.toUpperCase()',
    '(letters) => letters',
  ),
  bug(
    'refund-booked-unasked',
    UNDO,
    'Undo.refund',
    'gaveBack(cancelled)',
    "cancelled.kind !== 'tooLate' && cancelled.kind !== 'refused'",
  ),
  bug(
    'keep-on-old-news',
    PLAN,
    'mayNotBeKept',
    "if (cancelUnderWay) return 'a cancel may be under way';",
    "return age === 'ofUndo' && cancelUnderWay ? 'a cancel may be under way' : null;",
  ),
  bug(
    'keep-while-a-cancel-is-under-way',
    PLAN,
    'mayNotBeKept',
    "if (cancelUnderWay) return 'a cancel may be under way';",
    '',
  ),
  bug(
    'claim-outlives-the-clock',
    'legacy-db/books/open-receipts-store',
    'OpenReceiptsStore.wake',
    'big(longestClaimUntilMs)',
    'big(longestClaimUntilMs * 2)',
  ),
  ...CALLBACK_BUGS,
  ...REFUND_BUGS,
  ...CHARGE_BUGS,
  ...DELIVERY_BUGS,
  ...FIELD_BUGS,
  ...RELEASE_BUGS,
];
