import { Injectable } from '@nestjs/common';
import { isOrderId } from '../operations/dto/query-status.dto';
import { PARAMETER, readPayRequest } from '../operations/pay-request';
import { topActor } from '../operations/top-actor';
import { XPOS_BILL_TYPE, XposPay } from '../operations/xpos-pay.service';
import { QueryStatus } from '../operations/query-status.service';
import type { TopObject } from '../top/top-answer';
import { PARTNER_ID } from '../top/top-client';
import { topError } from '../top/top-errors';
import { PAY, QUERY_STATUS } from './top-methods';
import type { TopCall } from './top-request';

type Method = (call: TopCall) => Promise<TopObject>;

/** The methods this server has, by name. */
@Injectable()
export class TopMethods {
  private readonly methods: ReadonlyMap<string, Method>;

  constructor(
    private readonly queryStatus: QueryStatus,
    private readonly xposPay: XposPay,
  ) {
    this.methods = new Map<string, Method>([
      [QUERY_STATUS, (call) => this.status(call)],
      [PAY, (call) => this.pay(call)],
    ]);
  }

  has(method: string): boolean {
    return this.methods.has(method);
  }

  /**
   * The members of the response node.
   * @throws TopError 11, 40, 41, 50; PayError what the operation throws
   */
  async run(call: TopCall): Promise<TopObject> {
    const method = this.methods.get(call.method);
    if (!method) throw topError('METHOD');
    return method(call);
  }

  private async pay({ appKey, billTypes, parameters }: TopCall): Promise<TopObject> {
    if (!billTypes.includes(XPOS_BILL_TYPE)) throw topError('PERMISSION');
    return this.xposPay.pay(appKey, readPayRequest(parameters.get(PARAMETER) ?? ''));
  }

  private async status({ appKey, billTypes, parameters }: TopCall): Promise<TopObject> {
    const orderId = (parameters.get('biz_order_id') ?? '').trim();
    const checkoutId = parameters.get('checkout_id') ?? '';
    if (orderId !== '' && !isOrderId(orderId))
      throw topError('ARGUMENT', { about: 'biz_order_id' });
    if (orderId === '' && checkoutId === '') throw topError('UNKNOWN_ID');
    const ask = {
      bizOrderId: orderId === '' ? null : BigInt(orderId),
      checkoutId: checkoutId === '' ? null : checkoutId,
    };
    // What another one of us forwarded is not forwarded again.
    const forward = parameters.get('partner_id') !== PARTNER_ID;
    const asker = { actor: topActor(appKey), requestId: null };
    const { model, ...rest } = await this.queryStatus.query(ask, { forward, billTypes, asker });
    return { result: { model: { ...model }, ...rest } };
  }
}
