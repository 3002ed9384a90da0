import type { XposPayAsk } from '../../../src/xpos/operations/pay-request';
import type { TopObject } from '../../../src/xpos/top/top-answer';
import { ENDED } from './checker';
import type { Checker } from './checker';
import type { Row } from '../store/books';

/** The one TOP app of a story. */
export const XPOS_APP = 'kiosks';

/** What is told of a charge, by its wire names. */
export interface XposModel {
  readonly checkout_id: string;
  readonly biz_order_id: bigint;
  readonly current_pay_fee: number;
  /** 1: paid, 2: not paid and never will be, 3: not decided. */
  readonly result_status: 1 | 2 | 3;
}

/** An answer of xpos.pay. */
export interface XposTold {
  /** Null: an error. */
  readonly model: XposModel | null;
  /** The caller is told to change something, so that nothing is paid by this request. */
  readonly refused: boolean;
}

/** The model in the members of an answer. */
export function modelOf(members: TopObject): XposModel {
  const { model } = members['result'] as TopObject;
  return model as unknown as XposModel;
}

/** What xpos.pay promises: a request id is one charge, and tells of that charge alone. */
export class XposRules {
  /** The request each guest's code was presented with. */
  private readonly asks = new Map<string, XposPayAsk>();
  /** What the first asking of each request id was about. */
  private readonly contents = new Map<string, string>();
  private readonly charged = new Map<string, string>();
  private readonly told_ = new Map<string, XposModel>();

  constructor(private readonly checker: Checker) {}

  asked(ask: XposPayAsk): void {
    this.asks.set(ask.authCode, ask);
  }

  /** A guest's code goes to Alipay. */
  charging(outTradeNo: string, authCode: string): void {
    const ask = this.asks.get(authCode);
    if (!ask) return;
    const { requestId, content } = ask;
    const under = this.charged.get(requestId);
    if (under !== undefined) {
      this.checker.fail('xpos', `${requestId} is charged as ${under} and as ${outTradeNo}`);
    }
    if ((this.contents.get(requestId) ?? content) !== content) {
      this.checker.fail('xpos', `${requestId} is charged with other content`);
    }
    this.contents.set(requestId, content);
    this.charged.set(requestId, outTradeNo);
  }

  /** An answer leaves the service. */
  told(ask: XposPayAsk, { model, refused }: XposTold): void {
    if (model) this.toldOf(ask, model);
    else if (refused) this.refused(ask);
  }

  private toldOf(ask: XposPayAsk, model: XposModel): void {
    const { checker } = this;
    const { requestId } = ask;
    const fail = (what: string): void => checker.fail('xpos', `${requestId}: ${what}`);
    const first = this.told_.get(requestId) ?? model;
    this.told_.set(requestId, first);
    const same =
      first.checkout_id === model.checkout_id && first.biz_order_id === model.biz_order_id;
    if (!same) fail(`${model.checkout_id} is told of it, before ${first.checkout_id}`);
    const row = checker.books.byNumber.get(model.checkout_id);
    if (!row || BigInt(row.id) !== model.biz_order_id) return fail('its receipt is not there');
    const under = this.charged.get(requestId);
    if (under !== undefined && under !== row.out_trade_no) fail(`it was charged as ${under}`);
    if (row.amount_fen !== ask.amount) fail(`receipt ${row.id} is about another amount`);
    this.status(row, model, fail);
  }

  private status(row: Row, model: XposModel, fail: (what: string) => void): void {
    const { far } = this.checker;
    switch (model.result_status) {
      case 1:
        if (row.state !== 'paid' || row.duplicate === 1) {
          fail(`paid while receipt ${row.id} is ${row.state}`);
        }
        if (model.current_pay_fee !== row.amount_fen) fail('another amount was paid');
        if ((far.find(row.out_trade_no)?.paidAtMs ?? null) === null) fail('nothing was paid');
        return;
      case 2:
        if (!ENDED.has(row.state) && row.state !== 'refunded') {
          fail(`not paid while receipt ${row.id} is ${row.state}`);
        }
        return;
      case 3:
        if (model.current_pay_fee !== 0) fail('money is told of before it is decided');
    }
  }

  /** Who is refused may charge anew: so nothing of this request may be paid, or be payable. */
  private refused({ requestId, content }: XposPayAsk): void {
    if (this.contents.get(requestId) !== content) return; // Other content under a known id.
    const row = this.checker.books.byNumber.get(this.charged.get(requestId) ?? '');
    if (row && !ENDED.has(row.state)) {
      this.checker.fail('xpos', `${requestId} is refused while receipt ${row.id} is ${row.state}`);
    }
  }
}
