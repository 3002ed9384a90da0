import { billDownload } from './bill-download';
import { cancel } from './cancel';
import { close } from './close';
import { MethodHandler } from './method';
import { pay } from './pay';
import { precreate } from './precreate';
import { query } from './query';
import { refund } from './refund';
import { refundQuery } from './refund-query';

/** Every method the simulator serves; anything else is isv.invalid-method. */
export const METHODS: ReadonlyMap<string, MethodHandler> = new Map([
  ['alipay.trade.precreate', precreate],
  ['alipay.trade.query', query],
  ['alipay.trade.cancel', cancel],
  ['alipay.trade.close', close],
  ['alipay.trade.refund', refund],
  ['alipay.trade.fastpay.refund.query', refundQuery],
  ['alipay.trade.pay', pay],
  ['alipay.data.dataservice.bill.downloadurl.query', billDownload],
]);
