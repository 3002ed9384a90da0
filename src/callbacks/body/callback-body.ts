import { chinaTime } from '../../domain/china-time';
import { formatYuan } from '../../domain/money';
import type { Callback, FrozenBody } from '../../domain/ports/callbacks';
import { payStatusOf } from '../../domain/receipt/pay-status';
import type { Receipt } from '../../domain/receipt/receipt';
import { jsonString, writeJsonObject } from '../../wire/codec/json/json-write';
import { INSTANCE, writeXmlMembers } from '../../wire/codec/xml/xml-write';
import type { ResultValue } from '../../wire/operation/contract';
import { CALLBACK_NAMESPACE, CallbackData } from './callback-contract';

const SHOWN_OF_CARD = 4;

/** How a format is named to the receiver. */
export const MEDIA_TYPES: Readonly<Record<FrozenBody['format'], string>> = {
  json: 'application/json; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
};

/** The body of a callback, from its receipt as it stands. Pure. */
export function callbackBody(
  callback: Callback,
  receipt: Receipt,
  format: FrozenBody['format'],
): FrozenBody {
  const data = callbackData(callback, receipt);
  const timestamp = new Date(callback.writtenAtMs).toISOString();
  if (format === 'json') {
    const event = `"type":${jsonString(callback.type)},"timestamp":${jsonString(timestamp)}`;
    return { text: `{${event},"data":${writeJsonObject(CallbackData, data)}}`, format };
  }
  const spaces = `xmlns:i="${INSTANCE}" xmlns="${CALLBACK_NAMESPACE}"`;
  const members = writeXmlMembers(CallbackData, data);
  const rest = `<timestamp>${timestamp}</timestamp><type>${callback.type}</type>`;
  return {
    text: `<CallbackEvent ${spaces}><data>${members}</data>${rest}</CallbackEvent>`,
    format,
  };
}

/** `data` of a callback, by the names of the wire. */
export function callbackData(
  { seq }: Pick<Callback, 'seq'>,
  receipt: Receipt,
): Record<string, ResultValue> {
  const { payment } = receipt;
  const paidAtMs = payment?.paidAtMs ?? null;
  return {
    billnum: receipt.billNo,
    autoid: receipt.receiptId,
    billtype: receipt.billType,
    paytype: receipt.payType,
    billstatus: receipt.billStatus,
    paystatus: payStatusOf(receipt)?.payStatus ?? null,
    paymentvalue: formatYuan(receipt.amount),
    refundedtotal: formatYuan(receipt.refunded),
    tradeno: payment?.tradeNo ?? null,
    paidat: paidAtMs === null ? null : chinaTime(paidAtMs),
    cardno: receipt.cardNo === null ? null : maskedCard(receipt.cardNo),
    seq,
  };
}

/** Enough of a long number to tell cards apart; nothing of a short one. */
function maskedCard(cardNo: string): string {
  return `***${cardNo.length > 2 * SHOWN_OF_CARD ? cardNo.slice(-SHOWN_OF_CARD) : ''}`;
}
