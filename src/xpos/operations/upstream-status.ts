import { QUERY_STATUS } from '../router/top-methods';
import type { CheckoutModel, CheckoutResult, StatusAsk } from './checkout';
import { foreignText, objectOf, unreadable } from '../top/top-client';
import type { JsonObject, TopClient } from '../top/top-client';
import type { Upstream } from './upstream';

/** Asks a TOP address about payments that are not ours. */
export class UpstreamStatus implements Upstream {
  constructor(private readonly client: Pick<TopClient, 'call'>) {}

  async queryStatus({ bizOrderId, checkoutId }: StatusAsk): Promise<CheckoutResult> {
    const node = await this.client.call(QUERY_STATUS, {
      ...(bizOrderId === null ? {} : { biz_order_id: String(bizOrderId) }),
      ...(checkoutId === null ? {} : { checkout_id: checkoutId }),
    });
    const result = objectOf(node['result']);
    if (!result) throw unreadable();
    return {
      model: result['model'] === undefined ? undefined : readModel(result['model']),
      http_status_code: whole(result['http_status_code']),
      msg_code: text(result['msg_code']),
      msg_info: text(result['msg_info']),
      success: truth(result['success']),
    };
  }
}

function readModel(value: unknown): CheckoutModel {
  const model: JsonObject | undefined = objectOf(value);
  if (!model) throw unreadable();
  return {
    paid_fee: whole(model['paid_fee']),
    paid_time: text(model['paid_time']),
    checkout_status: text(model['checkout_status']),
    checkout_id: text(model['checkout_id']),
    out_biz_id: text(model['out_biz_id']),
    result_message: text(model['result_message']),
    result_code: text(model['result_code']),
    success: truth(model['success']),
  };
}

// A member may be missing; one of another kind, or a number that lost digits, is not handed on.

function whole(value: unknown): number | undefined {
  if (value === undefined || Number.isSafeInteger(value)) return value as number | undefined;
  throw unreadable();
}

function text(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return foreignText(value);
  throw unreadable();
}

function truth(value: unknown): boolean | undefined {
  if (value === undefined || typeof value === 'boolean') return value;
  throw unreadable();
}
