import { IncomingMessage, ServerResponse } from 'node:http';
import { formatYuan } from '../domain/money';
import { Calls } from './calls';
import { SimClock } from './clock';
import { FAULT_KINDS, FaultOrder, Faults } from './faults';
import { actAsGuest, GUEST_ACTIONS, OBSTACLES } from './guest';
import { HttpRefusal, readJson, sendJson } from './http';
import { Ledger } from './ledger';
import { isCodeExpired, Order } from './trades';

const BODY_LIMIT = 65_536;
const LONGEST_DELAY_MS = 600_000;
const DEFAULT_DELAY_MS = 6_000;
const LONGEST_OFFSET_MS = 10 * 365 * 86_400_000;

/** A request to the control API, as its routes see it. */
interface ControlRequest {
  /** Decoded parts of the path that the route leaves open. */
  readonly parts: readonly string[];
  readonly search: URLSearchParams;
  json(): Promise<Readonly<Record<string, unknown>>>;
}

type Reply = unknown;
type Route = [verb: string, path: RegExp, handle: (request: ControlRequest) => Reply];

/** The control API under `/sim`: tests drive the guest, the faults and the time with it. */
export class Control {
  private readonly routes: readonly Route[] = [
    ['POST', /^\/sim\/qr\/([^/]+)\/([^/]+)$/, (request) => this.actByCode(request)],
    ['GET', /^\/sim\/trades$/, () => ({ trades: this.ledger.all().map((one) => this.view(one)) })],
    ['GET', /^\/sim\/trades\/([^/]+)$/, (request) => this.view(this.order(request.parts[0]))],
    ['POST', /^\/sim\/trades\/([^/]+)\/([^/]+)$/, (request) => this.actByNumber(request)],
    ['GET', /^\/sim\/faults$/, () => ({ faults: this.faults.list() })],
    ['POST', /^\/sim\/faults$/, async (request) => this.faults.add(faultOf(await request.json()))],
    ['DELETE', /^\/sim\/faults$/, () => ({ deleted: this.faults.clear() })],
    ['GET', /^\/sim\/calls$/, ({ search }) => this.listCalls(search)],
    ['DELETE', /^\/sim\/calls$/, () => this.clearCalls()],
    ['GET', /^\/sim\/clock$/, () => this.time()],
    ['POST', /^\/sim\/clock$/, (request) => this.setTime(request)],
  ];

  /** `publicUrl`: base of the codes' addresses. */
  constructor(
    private readonly ledger: Ledger,
    private readonly faults: Faults,
    private readonly calls: Calls,
    private readonly clock: SimClock,
    private readonly publicUrl: string,
  ) {}

  /** Serves one request. Throws `HttpRefusal`: 404 no such route, 405, 400, 409, 413. */
  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const fitting = this.routes.filter(([, path]) => path.test(url.pathname));
    const route = fitting.find(([verb]) => verb === request.method);
    if (route === undefined) {
      throw fitting.length === 0
        ? new HttpRefusal(404, 'NO_SUCH_ROUTE', `no such route: ${url.pathname}`)
        : new HttpRefusal(405, 'WRONG_VERB', `use ${fitting.map(([verb]) => verb).join(' or ')}`);
    }
    const parts = (route[1].exec(url.pathname) ?? []).slice(1).map(decoded);
    const json = () => readJson(request, BODY_LIMIT);
    sendJson(response, 200, await route[2]({ parts, search: url.searchParams, json }));
  }

  private actByCode({ parts }: ControlRequest): Reply {
    const found = this.ledger.findByCode(parts[0] ?? '');
    if (found === undefined) throw new HttpRefusal(404, 'NO_SUCH_CODE', 'no such code');
    if (!found.current) throw new HttpRefusal(409, 'CODE_EXPIRED', OBSTACLES.CODE_EXPIRED);
    return this.act(found.order, parts[1]);
  }

  private actByNumber({ parts }: ControlRequest): Reply {
    return this.act(this.order(parts[0]), parts[1]);
  }

  private act(order: Order, name: string | undefined): Reply {
    const action = GUEST_ACTIONS.find((one) => one === name);
    if (action === undefined) {
      throw new HttpRefusal(404, 'NO_SUCH_ROUTE', `actions are ${GUEST_ACTIONS.join(', ')}`);
    }
    const step = actAsGuest(this.ledger, this.clock, order, action);
    if (!step.ok) throw new HttpRefusal(409, step.why, OBSTACLES[step.why]);
    return this.view(step.order);
  }

  private order(outTradeNo: string | undefined): Order {
    const order = this.ledger.find(outTradeNo ?? '');
    if (order === undefined) throw new HttpRefusal(404, 'NO_SUCH_TRADE', 'no such out_trade_no');
    return order;
  }

  private view(order: Order): object {
    return tradeView(order, this.clock.nowMs(), this.publicUrl);
  }

  private listCalls(search: URLSearchParams): Reply {
    const method = search.get('method') ?? undefined;
    const outTradeNo = search.get('outTradeNo') ?? undefined;
    return { total: this.calls.total, calls: this.calls.list({ method, outTradeNo }) };
  }

  private clearCalls(): Reply {
    this.calls.clear();
    return { total: 0, calls: [] };
  }

  private time(): Reply {
    return { nowMs: this.clock.nowMs(), offsetMs: this.clock.offsetMs() };
  }

  private async setTime(request: ControlRequest): Promise<Reply> {
    const { offsetMs } = await request.json();
    if (!isWhole(offsetMs, -LONGEST_OFFSET_MS, LONGEST_OFFSET_MS)) {
      throw new HttpRefusal(400, 'BAD_CLOCK', 'offsetMs is a whole number, at most ten years');
    }
    this.clock.setOffset(offsetMs);
    return this.time();
  }
}

/** An order as the control API shows it: amounts as yuan text, instants as epoch ms. */
export function tradeView(order: Order, nowMs: number, publicUrl: string) {
  const { terms, code } = order;
  const refunded = order.refunds.reduce((sum, refund) => sum + refund.amount, 0);
  return {
    outTradeNo: order.outTradeNo,
    tradeNo: order.tradeNo,
    status: isCodeExpired(order, nowMs) ? 'CODE_EXPIRED' : order.stage,
    paid: order.paidAtMs !== null,
    totalAmount: formatYuan(terms.totalAmount),
    totalFen: terms.totalAmount,
    refundedFen: refunded,
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

function faultOf(body: Readonly<Record<string, unknown>>): FaultOrder {
  const { method = '*', fault, count = 1, afterEffect = false, inBody = false } = body;
  const kind = FAULT_KINDS.find((one) => one === fault);
  const { delayMs = kind === 'delay' ? DEFAULT_DELAY_MS : 0 } = body;
  if (kind === undefined) throw badFault(`fault is one of ${FAULT_KINDS.join(', ')}`);
  if (typeof method !== 'string' || method === '') throw badFault('method is a name or *');
  if (!isWhole(count, -1, 1_000_000)) throw badFault('count is a whole number');
  if (typeof afterEffect !== 'boolean') throw badFault('afterEffect is true or false');
  if (typeof inBody !== 'boolean') throw badFault('inBody is true or false');
  if (!isWhole(delayMs, 0, LONGEST_DELAY_MS)) {
    throw badFault(`delayMs is a whole number, 0 to ${LONGEST_DELAY_MS}`);
  }
  return { method, fault: kind, count, afterEffect, delayMs, inBody };
}

function badFault(message: string): HttpRefusal {
  return new HttpRefusal(400, 'BAD_FAULT', message);
}

function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new HttpRefusal(400, 'BAD_PATH', 'the path is not readable');
  }
}
