import { Fen, formatYuan, parseYuan } from '../../domain/money';
import { SimClock } from '../clock';
import { ControlRequest, isWhole, Route } from './control';
import { actAsGuest, GUEST_ACTIONS, OBSTACLES } from '../ledger/guest';
import { HttpRefusal } from '../http';
import { Ledger } from '../ledger/ledger';
import { PORTAL_OBSTACLES, refundInPortal } from '../ledger/portal';
import { isCodeExpired, Order, refundedTotal } from '../ledger/trades';

const LONGEST_OFFSET_MS = 10 * 365 * 86_400_000;

/**
 * The guest's steps, refunds in the merchant's portal, and the ledger. `publicUrl`: base of the
 * codes' addresses.
 */
export function tradeRoutes(ledger: Ledger, clock: SimClock, publicUrl: string): Route[] {
  const view = (order: Order) => tradeView(order, clock.nowMs(), publicUrl);
  const act = (order: Order, name: string | undefined) => {
    const action = GUEST_ACTIONS.find((one) => one === name);
    if (action === undefined) {
      throw new HttpRefusal(404, 'NO_SUCH_ROUTE', `actions are ${GUEST_ACTIONS.join(', ')}`);
    }
    const step = actAsGuest(ledger, clock, order, action);
    if (!step.ok) throw new HttpRefusal(409, step.why, OBSTACLES[step.why]);
    return view(step.order);
  };
  const refund = async (request: ControlRequest) => {
    const amount = amountOf(await request.json());
    const step = refundInPortal(ledger, clock, byNumber(request), amount);
    if (!step.ok) throw new HttpRefusal(409, step.why, PORTAL_OBSTACLES[step.why]);
    return view(step.order);
  };
  const byNumber = ({ parts }: ControlRequest) => orderOf(ledger, parts[0]);
  return [
    ['POST', /^\/sim\/qr\/([^/]+)\/([^/]+)$/, ({ parts }) => act(byCode(ledger, parts), parts[1])],
    ['GET', /^\/sim\/trades$/, () => ({ trades: ledger.all().map(view) })],
    ['GET', /^\/sim\/trades\/([^/]+)$/, (request) => view(byNumber(request))],
    ['POST', /^\/sim\/trades\/([^/]+)\/refund$/, refund],
    [
      'POST',
      /^\/sim\/trades\/([^/]+)\/([^/]+)$/,
      (request) => act(byNumber(request), request.parts[1]),
    ],
  ];
}

/** The simulated time; `onJump` is called after it was moved. */
export function clockRoutes(clock: SimClock, onJump: () => void): Route[] {
  const time = () => ({ nowMs: clock.nowMs(), offsetMs: clock.offsetMs() });
  const move = async (request: ControlRequest) => {
    const { offsetMs } = await request.json();
    if (!isWhole(offsetMs, -LONGEST_OFFSET_MS, LONGEST_OFFSET_MS)) {
      throw new HttpRefusal(400, 'BAD_CLOCK', 'offsetMs is a whole number, at most ten years');
    }
    clock.setOffset(offsetMs);
    onJump();
    return time();
  };
  return [
    ['GET', /^\/sim\/clock$/, time],
    ['POST', /^\/sim\/clock$/, move],
  ];
}

/** The order of a number. Throws `HttpRefusal` 404. */
export function orderOf(ledger: Ledger, outTradeNo: string | undefined): Order {
  const order = ledger.find(outTradeNo ?? '');
  if (order === undefined) throw new HttpRefusal(404, 'NO_SUCH_TRADE', 'no such out_trade_no');
  return order;
}

function byCode(ledger: Ledger, parts: readonly string[]): Order {
  const found = ledger.findByCode(parts[0] ?? '');
  if (found === undefined) throw new HttpRefusal(404, 'NO_SUCH_CODE', 'no such code');
  if (!found.current) throw new HttpRefusal(409, 'CODE_EXPIRED', OBSTACLES.CODE_EXPIRED);
  return found.order;
}

function amountOf({ amount }: Readonly<Record<string, unknown>>): Fen {
  const reading = typeof amount === 'string' ? parseYuan(amount) : null;
  if (reading?.ok === true) return reading.amount;
  throw new HttpRefusal(400, 'BAD_AMOUNT', 'amount is yuan as text, such as "3.50"');
}

/** An order as the control API shows it: amounts as yuan text, instants as epoch ms. */
function tradeView(order: Order, nowMs: number, publicUrl: string) {
  const { terms, code } = order;
  return {
    outTradeNo: order.outTradeNo,
    tradeNo: order.tradeNo,
    status: isCodeExpired(order, nowMs) ? 'CODE_EXPIRED' : order.stage,
    paid: order.paidAtMs !== null,
    totalAmount: formatYuan(terms.totalAmount),
    totalFen: terms.totalAmount,
    refundedFen: refundedTotal(order),
    subject: terms.subject,
    code,
    qrCode: code === null ? null : `${publicUrl}/qr/${code}`,
    buyerPresent: order.buyerPresent,
    askedAtMs: order.askedAtMs,
    codeEndsAtMs: order.codeEndsAtMs,
    createdAtMs: order.createdAtMs,
    endsAtMs: order.endsAtMs,
    paidAtMs: order.paidAtMs,
    closedAtMs: order.closedAtMs,
    endedBy: order.endedBy,
    notifyUrl: terms.notifyUrl,
    refunds: order.refunds,
  };
}
