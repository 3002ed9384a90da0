import { bug } from './bug';
import type { Bug } from './bug';
import { CALLBACK_BUGS } from './callback-bugs';
import { CHARGE_BUGS } from './charge-bugs';
import { FIELD_BUGS } from './field-bugs';

const APPLY = 'pay/outcome/apply-outcome.service';
const CODES = 'pay/charge/code-requests.service';
const DECISION = 'domain/collect/collect-decision';
const PLAN = 'domain/receipt/outcome-plan';
const STORE = 'legacy-db/books/receipt-store';
const UNDO = 'pay/outcome/undo.service';

/** Mistakes a payment service is known to make, each of which the checker must see. */
export const BUGS: readonly Bug[] = [
  bug('drop-amount-check', PLAN, 'if (told.amount !== receipt.amount) {', 'if (!told) {'),
  bug(
    'operator-undo-forgotten',
    PLAN,
    "const event = undoneByOperator(receipt) ? 'beginRefund' : 'pay';",
    "const event = 'pay';",
  ),
  bug(
    'answer-before-commit',
    'legacy-db/sqlite/write-queue',
    'result = await work(this.connection.sql);',
    'result = await work(this.connection.sql); resolve(result);',
  ),
  bug(
    'write-outside-the-queue',
    'legacy-db/sqlite/sqlite-database',
    'this.queue = new WriteQueue({ sql: new SqliteSql(writer), control }, clock);',
    'void control; this.queue = new WriteQueue({ sql: new SqliteSql(writer), ' +
      'control: async () => undefined }, clock);',
  ),
  bug(
    'end-on-unknown-cancel',
    UNDO,
    "if (cancelled.kind !== 'done') return this.endUncancelled(before, cancelled, cause);",
    "if (cancelled.kind === 'tooLate') return this.endUncancelled(before, cancelled, cause);",
  ),
  bug(
    'cancel-on-unknown-query',
    UNDO,
    "if (outcome.kind === 'unknown' || outcome.kind === 'refused') {",
    "if (outcome.kind === 'refused') {",
  ),
  bug(
    'cancel-unasked',
    UNDO,
    'const before = await this.ask(receipt, cause);',
    "const before = { receipt, outcome: { kind: 'notExist', channelTimeMs: null } };",
  ),
  bug(
    'close-on-not-exist',
    UNDO,
    "if (before.receipt.state !== 'cancelling') return before.receipt;",
    "if (before.receipt.state !== 'cancelling') return before.receipt;\n" +
      "if (before.outcome.kind === 'notExist') " +
      'return this.stepOrLook(before.receipt, deadStep(before.receipt), cause);',
  ),
  bug(
    'no-second-query',
    UNDO,
    'const after = await this.ask(sent.receipt, cause);',
    'const after = before;',
  ),
  bug(
    'intent-not-committed',
    UNDO,
    "return this.applyOutcome.step(receipt, { event: 'intendUndo', reason }, cause, wantedUntil);",
    "void wantedUntil; return { ...receipt, state: 'cancelling', undoReason: reason };",
  ),
  bug(
    'trust-unverified',
    'pay/outcome/refresh.service',
    "await this.applyOutcome.alarm(receipt, 'unverifiedAnswer', outcome.cause);",
    "return { receipt: await this.applyOutcome.apply(receipt, { kind: 'paid', " +
      "channelStatus: 'TRADE_SUCCESS', payment: { tradeNo: 'forged', amount: receipt.amount, " +
      'buyer: null, paidAtMs: 0 } }, cause) };',
  ),
  bug(
    'acknowledge-before-commit',
    'pay/notify/notify.service',
    "await this.applyOutcome.apply(receipt, outcome, 'notify');",
    "void this.applyOutcome.apply(receipt, outcome, 'notify').catch(() => undefined);",
  ),
  bug(
    'new-number-on-retry',
    CODES,
    'await this.gateway.requestCode(receipt.precreateCall);',
    'await this.gateway.requestCode(receipt.precreateTries > 1 ? receipt.precreateCall' +
      ".replace(receipt.outTradeNo, receipt.outTradeNo.slice(2) + 'ff') : receipt.precreateCall);",
  ),
  bug(
    'hand-out-late-code',
    CODES,
    'const fresh = await books.get(receipt.id);',
    "const fresh = await books.get(receipt.id);\nif (fresh.state !== 'paid') " +
      'return { ...fresh, qrCode };',
  ),
  bug(
    'fail-on-unknown',
    CODES,
    "case 'unknown':\n        await this.repositories[receipt.billType].releasePrecreate(receipt);",
    "case 'unknown':\n        await this.repositories[receipt.billType].move(receipt, " +
      "[{ event: 'fail' }], { cause: 'scanCode', nowMs: this.clock.nowMs() });",
  ),
  bug(
    'refusal-after-lost-answer',
    CODES,
    "if (outcome.fault === 'pace' || receipt.precreateTries > 1) {",
    "if (outcome.fault === 'pace') {",
  ),
  bug(
    'ask-before-begin',
    'pay/charge/begin-orders.service',
    'return {\n      billType: ask.billType,',
    'void this.gateway.requestCode(this.gateway.prepareCode(wanted));\n' +
      '    return {\n      billType: ask.billType,',
  ),
  bug(
    'guard-without-state',
    'legacy-db/books/receipt-step',
    'return sql` where id = ${big(id)} and state = ${text(12, state)}`.with(reason);',
    'void reason; void state; return sql` where id = ${big(id)}`;',
  ),
  bug(
    'forget-to-release-the-bill',
    STORE,
    'if (!isLive(to)) await this.releaseBill(db, receipt.id);',
    '',
  ),
  bug(
    'forget-duplicate',
    STORE,
    'const duplicate = rivals.length > 0;',
    'const duplicate = false;',
  ),
  bug('duplicate-counts', STORE, 'if (receipt.duplicate) return billStatus;', ''),
  bug('rival-lives-on', STORE, 'await this.endLiveRival(db, receipt, origin);', ''),
  bug(
    'late-money-unseen',
    STORE,
    "await this.alarm(db, receipt.id, 'lateMoney', " +
      '`paid after it was ${receipt.state}`, nowMs);',
    '',
  ),
  bug(
    'told-again',
    STORE,
    'where id = ${big(receiptRowId)} and told_at_ms is null`',
    'where id = ${big(receiptRowId)}`',
  ),
  bug(
    'credit-twice',
    'legacy-db/sqlite/embedded-receipts',
    'if (this.cards) await this.changeCard(db, receipt.cardNo, payment.amount);',
    'if (this.cards) await this.changeCard(db, receipt.cardNo, payment.amount);\n' +
      '    if (this.cards && row.result !== null) ' +
      'await this.changeCard(db, receipt.cardNo, payment.amount);',
  ),
  bug('forget-hold', 'legacy-db/books/booking', "...(card ? (['H'] as const) : [])]", ']'),
  bug(
    'ignore-untold',
    DECISION,
    'if (paid.toldAtMs === null) return true;',
    'if (paid.toldAtMs === null) return false;',
  ),
  bug(
    'collect-while-refunding',
    DECISION,
    "return refunding ? { kind: 'undecided', receipt: refunding } : null;",
    'void refunding; return null;',
  ),
  bug(
    'ignore-repeat-guard',
    DECISION,
    'return paid.amount === ask.amount && ask.nowMs < paid.toldAtMs + ask.repeatGuardMs;',
    'return false;',
  ),
  bug(
    'supersede-alive',
    DECISION,
    "return { kind: beingMade ? 'conflict' : 'supersede', receipt: live };",
    "void beingMade; return { kind: 'begin' };",
  ),
  bug(
    'replay-an-ending-code',
    DECISION,
    'live.codeEndsAtMs - ask.channelNowMs >= MIN_CODE_LEFT_MS &&',
    '',
  ),
  bug(
    'duplicate-told-as-success',
    'domain/receipt/pay-status',
    'if (receipt.duplicate) return PAY_STATUS.refunding;',
    '',
  ),
  bug(
    'word-while-cancelling',
    'domain/receipt/pay-status',
    "case 'cancelling':\n      return null;",
    "case 'cancelling':\n      return PAY_STATUS.revoked;",
  ),
  bug(
    'told-before-sent',
    'pay/outcome/told.service',
    "reply.once('finish', () => {",
    'queueMicrotask(() => {',
  ),
  bug(
    'claim-without-expiry',
    'legacy-db/books/open-receipts-store',
    '`due_at_ms <= ${big(nowMs)} and claim_until_ms <= ${big(nowMs)}`',
    '`due_at_ms <= ${big(nowMs)} and claim_until_ms = ${big(0)}`',
  ),
  bug(
    'sweep-forgets-cancelling',
    'pay/sweep/sweep-look',
    "await this.undo.finish(receipt, 'sweep');",
    "if (receipt.state === 'refunding') await this.undo.finish(receipt, 'sweep');",
  ),
  bug(
    'codes-never-over',
    'domain/receipt/due',
    'return nowMs >= receipt.codeEndsAtMs + AFTER_CODE_END_MS;',
    'return false;',
  ),
  bug(
    'no-late-looks',
    'domain/receipt/due',
    'return left.length === 0 ? null : Math.min(...left);',
    'return left.length < 0 ? 0 : null;',
  ),
  bug(
    'stale-shared-answer',
    APPLY,
    "return this.plan(fresh, outcome, 'mayBeOlder').kind === 'nothing' ? fresh : null;",
    'return fresh && receipt;',
  ),
  bug(
    'lost-late-look',
    'pay/sweep/sweep.service',
    'settleClaim(receipt, claim, this.clock.nowMs(), decided);',
    'settleClaim(receipt, claim, this.clock.nowMs(), true);',
  ),
  bug('refund-not-queued', STORE, 'await queueRefund(db, receipt, nowMs);', 'void queueRefund;'),
  bug(
    'look-alike-bills',
    'domain/bill',
    '(letters) => letters.toUpperCase()',
    '(letters) => letters',
  ),
  bug(
    'refund-booked-unasked',
    UNDO,
    'if (gaveBack(cancelled)) {',
    "if (cancelled.kind !== 'tooLate' && cancelled.kind !== 'refused') {",
  ),
  bug(
    'keep-on-old-news',
    PLAN,
    "if (cancelUnderWay) return 'a cancel may be under way';\n" +
      "  return age === 'ofUndo' ? null : 'it is being undone';",
    "return age === 'ofUndo' && cancelUnderWay ? 'a cancel may be under way' : null;",
  ),
  bug(
    'keep-while-a-cancel-is-under-way',
    PLAN,
    "if (cancelUnderWay) return 'a cancel may be under way';",
    '',
  ),
  bug(
    'claim-outlives-the-clock',
    'legacy-db/books/open-receipts-store',
    'where due_at_ms is not null and claim_until_ms > ${big(longestClaimUntilMs)}`',
    'where due_at_ms is not null and claim_until_ms > ${big(longestClaimUntilMs * 2)}`',
  ),
  ...CALLBACK_BUGS,
  ...CHARGE_BUGS,
  ...FIELD_BUGS,
];
