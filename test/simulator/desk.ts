import { goodBiz, TestClient } from './support';

/** A till of 10.00 yuan trades, and what goes back of them. */
export class Desk {
  constructor(readonly client: TestClient) {}

  /** A number with its trade brought to a stage by the guest's steps. */
  async order(...steps: string[]): Promise<string> {
    const biz = goodBiz({ total_amount: '10.00' });
    await this.client.call('alipay.trade.precreate', biz);
    for (const step of steps) await this.act(biz.out_trade_no, step);
    return biz.out_trade_no;
  }

  paid(): Promise<string> {
    return this.order('scan', 'pay');
  }

  act(number: string, step: string, body?: object) {
    return this.client.control('POST', `/sim/trades/${number}/${step}`, body);
  }

  /** Asks for a refund; `request`: its out_request_no. */
  async refund(number: string, amount: string, request?: string, more: object = {}) {
    const numbered = request === undefined ? {} : { out_request_no: request };
    const biz = { out_trade_no: number, refund_amount: amount, ...numbered, ...more };
    return this.client.call('alipay.trade.refund', biz);
  }

  async find(number: string, request: string, more: object = {}) {
    const biz = { out_trade_no: number, out_request_no: request, ...more };
    return (await this.client.call('alipay.trade.fastpay.refund.query', biz)).node;
  }

  async cancel(number: string) {
    return (await this.client.call('alipay.trade.cancel', { out_trade_no: number })).node;
  }

  async status(number: string) {
    const { node } = await this.client.call('alipay.trade.query', { out_trade_no: number });
    return node['trade_status'];
  }

  async shown(number: string) {
    return (await this.client.control('GET', `/sim/trades/${number}`)).body;
  }

  later(offsetMs: number) {
    return this.client.control('POST', '/sim/clock', { offsetMs });
  }

  /** Orders a fault; resolves to the status of the order. */
  async spoil(fault: object): Promise<number> {
    return (await this.client.control('POST', '/sim/faults', fault)).status;
  }
}

/** What the refund query answers of a refund it does not know, or not yet. */
export const NOTHING_FOUND = { code: '10000', msg: 'Success' };

/** Its refusal as the refund answers it; `number`: the out_trade_no it names. */
export function refusedAs(subCode: string, number: string | undefined) {
  return {
    code: '40004',
    msg: 'Business Failed',
    sub_code: `ACQ.${subCode}`,
    sub_msg: expect.any(String) as string,
    ...(number === undefined ? {} : { out_trade_no: number }),
    refund_fee: '0.00',
    send_back_fee: '0.00',
  };
}
