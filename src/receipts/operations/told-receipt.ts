import { chinaTime } from '../../domain/china-time';
import { formatYuan } from '../../domain/money';
import type { Fen } from '../../domain/money';
import type {
  LifeEvent,
  RaisedAlarm,
  ReceiptFile,
  ReceiptLife,
  ToldCallback,
} from '../../domain/reading/receipt-life';
import { eventWord, STATE_WORDS } from '../../domain/reading/words';
import { payStatusOf } from '../../domain/receipt/pay-status';
import type { Receipt } from '../../domain/receipt/receipt';
import type { Refund } from '../../domain/refund/refund';
import type {
  FoundReceipt,
  LifeResult,
  ReceiptAlarm,
  ReceiptCallback,
  ReceiptEvent,
  ReceiptRefund,
} from './results';

/** Halves of characters: what others said is cut where it is too long, whatever is there. */
const HALVES = /\p{Surrogate}/gu;
/** What no caller can send stands before the batch numbers that are ours. */
const OURS = '\u0001';

/** A receipt on the wire. */
export function toldFile({ receipt, refunds, callbacks, alarms }: ReceiptFile): FoundReceipt {
  return {
    ...toldReceipt(receipt),
    refunds: refunds.map(toldRefund),
    callbacks: callbacks.map(toldCallback),
    alarms: alarms.map(toldAlarm),
  };
}

/** A receipt with its whole life on the wire. */
export function toldLife(life: ReceiptLife): LifeResult {
  return { ...toldFile(life), events: life.events.map(toldEvent) };
}

function toldReceipt(receipt: Receipt): Omit<FoundReceipt, 'refunds' | 'callbacks' | 'alarms'> {
  const { payment } = receipt;
  return {
    id: receipt.id,
    billtype: receipt.billType,
    billnum: receipt.billNo,
    autoid: receipt.receiptId,
    paytype: receipt.payType,
    paymentvalue: formatYuan(receipt.amount),
    paidvalue: yuan(payment?.amount ?? null),
    refundedtotal: formatYuan(receipt.refunded),
    state: receipt.state,
    statedesc: STATE_WORDS[receipt.state].zh,
    paystatus: payStatusOf(receipt)?.payStatus ?? null,
    billstatus: receipt.billStatus,
    duplicate: receipt.duplicate,
    tradeno: payment?.tradeNo ?? null,
    outtradeno: receipt.outTradeNo,
    cardno: receipt.cardNo,
    buyer: whole(payment?.buyer ?? null),
    channelstatus: whole(receipt.channelStatus),
    begunat: chinaTime(receipt.begunAtMs),
    paidat: time(payment?.paidAtMs ?? null),
    endedat: time(receipt.endedAtMs),
    toldat: time(receipt.toldAtMs),
  };
}

function toldRefund(refund: Refund): ReceiptRefund {
  return {
    batchno: refund.batchNo.startsWith(OURS) ? null : refund.batchNo,
    refundvalue: formatYuan(refund.amount),
    state: refund.state,
    cause: refund.cause,
    outrequestno: refund.outRequestNo,
    operatorno: refund.operatorNo,
    reason: refund.reason,
    caller: refund.caller,
    tries: refund.tries,
    lastword: whole(refund.lastWord),
    queuedat: chinaTime(refund.queuedAtMs),
    refundedat: time(refund.refundedAtMs),
    endedat: time(refund.endedAtMs),
  };
}

function toldCallback({ lastTry, ...callback }: ToldCallback): ReceiptCallback {
  return {
    eventid: callback.eventId,
    type: callback.type,
    seq: callback.seq,
    state: callback.state.toLowerCase(),
    tries: callback.tries,
    writtenat: chinaTime(callback.writtenAtMs),
    triedat: time(lastTry?.atMs ?? null),
    httpstatus: lastTry?.status ?? null,
    answer: whole(lastTry?.answer ?? null),
  };
}

function toldAlarm(alarm: RaisedAlarm): ReceiptAlarm {
  return {
    kind: alarm.kind,
    detail: whole(alarm.detail) ?? '',
    raisedat: chinaTime(alarm.raisedAtMs),
    closedat: time(alarm.closedAtMs),
    closedby: alarm.closedBy,
    note: whole(alarm.note),
  };
}

function toldEvent(event: LifeEvent): ReceiptEvent {
  return {
    at: chinaTime(event.atMs),
    event: event.event,
    eventdesc: eventWord(event.event, 'zh'),
    fromstate: event.from,
    state: event.state,
    eventvalue: yuan(event.amount),
    cause: event.cause,
    actor: event.actor,
    requestid: event.requestId,
    channelstatus: whole(event.channelStatus),
  };
}

function yuan(amount: Fen | null): string | null {
  return amount === null ? null : formatYuan(amount);
}

function time(atMs: number | null): string | null {
  return atMs === null ? null : chinaTime(atMs);
}

function whole(text: string | null): string | null {
  return text === null ? null : text.replace(HALVES, '\uFFFD');
}
