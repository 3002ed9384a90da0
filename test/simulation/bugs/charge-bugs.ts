import { bug } from './bug';
import type { Bug } from './bug';

const CHARGES = 'pay/charge/charges.service';
const XPOS_PAY = 'xpos/operations/xpos-pay.service';
const SENT = 'const outcome = await this.gateway.pay(receipt.channelCall, authCode);';

/** Mistakes with charges of guests' codes, each of which the checker must see. */
export const CHARGE_BUGS: readonly Bug[] = [
  bug(
    'charge-again-under-a-new-number',
    CHARGES,
    'Charges.charge',
    SENT,
    'let outcome = await this.gateway.pay(receipt.channelCall, authCode);\n' +
      "    if (outcome.kind === 'unknown') outcome = await this.gateway.pay(receipt.channelCall" +
      ".replace(receipt.outTradeNo, receipt.outTradeNo.slice(2) + 'ff'), authCode);",
  ),
  bug(
    'charge-again-under-its-number',
    CHARGES,
    'Charges.charge',
    SENT,
    'let outcome = await this.gateway.pay(receipt.channelCall, authCode);\n' +
      "    if (outcome.kind === 'unknown') " +
      'outcome = await this.gateway.pay(receipt.channelCall, authCode);',
  ),
  bug(
    'charge-failed-on-unknown',
    CHARGES,
    'Charges.book',
    'await this.repositories[receipt.billType].releasePrecreate(receipt);',
    "await this.repositories[receipt.billType].move(receipt, [{ event: 'fail' }], " +
      '{ ...by, nowMs: this.clock.nowMs() });',
  ),
  bug(
    'charge-told-before-commit',
    CHARGES,
    'Charges.confirm',
    'return this.refresh.afresh(receipt, by);',
    '{ void this.refresh.afresh(receipt, by).catch(() => undefined);\n' +
      "return { ...receipt, state: 'paid', payment: { ...outcome.payment, amount: " +
      'receipt.amount } }; }',
  ),
  bug(
    'charge-booked-unconfirmed',
    CHARGES,
    'Charges.confirm',
    'return this.refresh.afresh(receipt, by);',
    'return this.applyOutcome.apply(receipt, outcome, by);',
  ),
  bug(
    'charge-ended-while-under-way',
    'pay/outcome/under-way',
    'UnderWay.charge',
    "return begunBy === 'barCode' && this.since(this.charges, id, 1) < CHARGE_UNDER_WAY_MS;",
    "return begunBy === 'barCode' && this.since(this.charges, id, 1) < 0;",
  ),
  bug(
    'charge-beside-a-charge',
    'domain/collect/bar-decision',
    'decideBarCode',
    "if (live.begunBy === 'barCode') return { kind: 'undecided', receipt: live };",
    "if (live.begunBy === 'barCode') return { kind: 'begin' };",
  ),
  bug(
    'charge-told-as-notpay',
    'domain/receipt/pay-status',
    'payStatusOf',
    "return receipt.begunBy === 'barCode' ? null : PAY_STATUS.notPaid;",
    'return PAY_STATUS.notPaid;',
  ),
  bug(
    'charge-resumed-as-code',
    'domain/collect/collect-decision',
    'decideScan',
    "live.begunBy === 'barCode'",
    "live.begunBy === 'barCode' && live.qrCode !== null",
  ),
  bug(
    'charge-before-begin',
    'pay/operations/bar-code.service',
    'BarCode.barCode',
    'const decision = await this.begin(order, replaced);',
    "void this.charges['gateway'].pay(order.channelCall, ask.authCode);\n" +
      'const decision = await this.begin(order, replaced);',
  ),
  bug(
    'xpos-repeat-charged-anew',
    XPOS_PAY,
    'XposPay.pay',
    'const request = await this.claim(appKey, ask);',
    'const request = { ...(await this.claim(appKey, ask)), outBizId: this.numbers.next(), ' +
      'outTradeNo: this.numbers.next() };',
  ),
  bug(
    'xpos-refused-though-charged',
    XPOS_PAY,
    'XposPay.pay',
    'if (!begun) throw error;',
    "if (!begun || begun.state === 'begun') throw new PayError('ILLEGAL_STATE', 'x');",
  ),
  bug(
    'xpos-failed-on-undecided',
    XPOS_PAY,
    'statusOf',
    "case 'waiting':",
    "case 'waiting': return 3; case 'cancelling': return 2;",
  ),
];
