import { CALLBACK_TYPES } from '../../domain/callback/callback-event';
import { RECEIPT_STATES } from '../../domain/receipt/receipt-state';
import { RESULT_PAY } from '../../wire/operation/contract';
import { TagList, TagMember } from '../../wire/operation/members';
import { WireType } from '../../wire/operation/wire-type';
import type { Bilingual } from '../../wire/operation/wire-type';

/** A text; null where there is none. */
function Told(maxLength: number | null, example: string, zh: string, en: string) {
  return TagMember('text', { zh, en, maxLength, example });
}

/** A moment in China; null: not yet, or not known. */
function ToldTime(zh: string, en: string): PropertyDecorator {
  return Told(19, '2026-11-22 12:00:00', `${zh}(北京时间)`, `${en}, China time`);
}

function ToldYuan(example: number, zh: string, en: string): PropertyDecorator {
  return TagMember('decimal', { zh: `${zh}，单位元`, en: `${en}, yuan`, maxLength: null, example });
}

function ToldNumber(kind: 'int' | 'long', example: number, { zh, en }: Bilingual) {
  return TagMember(kind, { zh, en, maxLength: null, example });
}

/** A refund of a receipt. */
@WireType('ReceiptRefund', RESULT_PAY)
export class ReceiptRefund {
  @Told(50, 'R-1', '退款批次号；null 为本服务自行产生', 'batch number; null: made by the service')
  batchno: string | null;

  @ToldYuan(10, '退款金额', 'what goes back')
  refundvalue: string;

  @TagMember('text', {
    zh: 'queued 待发起，asked 已发起未定，done 已退，failed 未退',
    en: 'queued; asked and not decided; done; failed: nothing went back',
    ...{ maxLength: 12, allowed: ['queued', 'asked', 'done', 'failed'], example: 'done' },
  })
  state: string;

  @Told(20, 'caller', 'caller 调用方，duplicate 重复付款，channel 他处退款', 'why there is one')
  cause: string;

  @Told(64, '8f1c0d…', '本服务在支付宝的退款号', 'our number of it at Alipay')
  outrequestno: string | null;

  @Told(32, '7', '操作员', 'who refunds, as the caller said')
  operatorno: string | null;

  @Told(256, '误收', '原因', 'why, as the caller said')
  reason: string | null;

  @Told(64, 'desk-1', '发起者的密钥名', 'name of the key that asked')
  caller: string | null;

  @ToldNumber('int', 1, { zh: '发送次数', en: 'how often it was sent' })
  tries: number;

  @Told(64, '10000 Success', '支付宝最后应答', "Alipay's last word")
  lastword: string | null;

  @ToldTime('登记时间', 'when it was asked for')
  queuedat: string;

  @ToldTime('退款时间(支付宝)', "when the money went back by Alipay's clock")
  refundedat: string | null;

  @ToldTime('结束时间', 'when it was decided')
  endedat: string | null;
}

/** What a system was told of a receipt. */
@WireType('ReceiptCallback', RESULT_PAY)
export class ReceiptCallback {
  @Told(40, 'evt_0d1f3c5a', '事件编号(webhook-id)', 'id of the event: its webhook-id')
  eventid: string;

  @TagMember('text', {
    ...{ zh: '事件类型', en: 'type of the event' },
    ...{ maxLength: 20, allowed: CALLBACK_TYPES, example: 'payment.paid' },
  })
  type: string;

  @ToldNumber('long', 12, { zh: '序号；0 为尚未编号', en: 'its number; 0: none yet' })
  seq: number;

  @TagMember('text', {
    zh: 'written 已登记，waiting 待推送，taken 已接收，superseded 不再推送，givenup 已放弃',
    en: 'written; waiting to be pushed; taken; superseded: not sent; givenup: sent no more',
    maxLength: 12,
    ...{ allowed: ['written', 'waiting', 'taken', 'superseded', 'givenup'], example: 'taken' },
  })
  state: string;

  @ToldNumber('int', 1, { zh: '推送次数', en: 'how often it was tried' })
  tries: number;

  @ToldTime('登记时间', 'when it was written')
  writtenat: string;

  @ToldTime('最后推送时间', 'when it was last tried')
  triedat: string | null;

  @ToldNumber('int', 200, { zh: '最后应答的 HTTP 状态', en: 'HTTP status of the last answer' })
  httpstatus: number | null;

  @Told(200, 'ok', '最后应答的开头', 'beginning of the last answer')
  answer: string | null;
}

/** An alarm about a receipt. */
@WireType('ReceiptAlarm', RESULT_PAY)
export class ReceiptAlarm {
  @Told(30, 'lateMoney', '种类，见 docs/operating.md', 'its kind, see docs/operating.md')
  kind: string;

  @Told(400, 'paid after it was closed', '说明', 'what it says')
  detail: string;

  @ToldTime('发生时间', 'when it was raised')
  raisedat: string;

  @ToldTime('关闭时间；null 为未关闭', 'when it was closed; null: it is open')
  closedat: string | null;

  @Told(64, 'operator-1', '关闭者', 'who closed it')
  closedby: string | null;

  @Told(400, 'seen', '备注', 'what was noted then')
  note: string | null;
}

/** Something that happened to a receipt. */
@WireType('ReceiptEvent', RESULT_PAY)
export class ReceiptEvent {
  @ToldTime('时间', 'when, by the clock of the service')
  at: string;

  @Told(20, 'pay', '事件', 'what happened')
  event: string;

  @Told(40, '付款入账', '事件说明', 'the same in words')
  eventdesc: string;

  @Told(12, 'waiting', '之前状态', 'the state before; null: it was begun, or not known')
  fromstate: string | null;

  @TagMember('text', {
    ...{ zh: '之后状态', en: 'the state after' },
    ...{ maxLength: 12, allowed: RECEIPT_STATES, example: 'paid' },
  })
  state: string;

  @ToldYuan(88.88, '涉及金额', 'what it was about')
  eventvalue: string | null;

  @Told(20, 'query', '由何引起', 'the operation that brought it')
  cause: string;

  @Told(64, 'till-1', '由谁引起：密钥名', 'who: the name of a key; null: not known')
  actor: string | null;

  @Told(64, '7f3a91-000001', '请求编号，与日志相同', 'id of the request, as in the log')
  requestid: string | null;

  @Told(32, 'TRADE_SUCCESS', '支付宝当时的状态', "Alipay's word by then")
  channelstatus: string | null;
}

/** A receipt as the books hold it, with what belongs to it. */
@WireType('FoundReceipt', RESULT_PAY)
export class FoundReceipt {
  @ToldNumber('long', 1, { zh: '收款编号，Get 用', en: 'number of the receipt, for Get' })
  id: number;

  @Told(1, '1', '订单类型', 'the bill type')
  billtype: string;

  @Told(20, 'DEMO-1001', '单号', 'the bill number as it was sent')
  billnum: string;

  @Told(36, '98|0|1', '收款流水', 'the receipt id')
  autoid: string;

  @Told(2, '98', '付款方式', 'the way of payment')
  paytype: string;

  @ToldYuan(88.88, '收款金额', 'the amount asked for')
  paymentvalue: string;

  @ToldYuan(88.88, '已付金额；null 为未付', 'what was paid; null: nothing')
  paidvalue: string | null;

  @ToldYuan(0, '已退金额合计', 'what went back in all')
  refundedtotal: string;

  @TagMember('text', {
    ...{ zh: '收款状态', en: 'its state' },
    ...{ maxLength: 12, allowed: RECEIPT_STATES, example: 'paid' },
  })
  state: string;

  @Told(20, '已付款', '收款状态说明', 'the state in words')
  statedesc: string;

  @Told(10, 'SUCCESS', '支付状态，同 Query；null 为未定', 'as Query tells it; null: not decided')
  paystatus: string | null;

  @Told(10, '3', '单据状态，同 Query', 'state of the bill, as Query tells it')
  billstatus: string;

  @TagMember('boolean', {
    ...{ zh: '是否重复付款(待退)', en: 'paid beside another receipt: it goes back' },
    ...{ maxLength: null, example: false },
  })
  duplicate: boolean;

  @Told(64, '2026112222001400001', '支付宝交易号', "Alipay's trade number")
  tradeno: string | null;

  @Told(64, '019ab03c7f40', '商户订单号', 'our number at Alipay')
  outtradeno: string;

  @Told(20, '80010001', '储值卡号', 'the card; null: none')
  cardno: string | null;

  @Told(128, '138****1234', '付款账号(已遮盖)', "the buyer's account, masked by Alipay")
  buyer: string | null;

  @Told(32, 'TRADE_SUCCESS', '支付宝最后的状态', "Alipay's last word")
  channelstatus: string | null;

  @ToldTime('登记时间', 'when it was begun')
  begunat: string;

  @ToldTime('付款时间(支付宝)', "when it was paid by Alipay's clock")
  paidat: string | null;

  @ToldTime('未付款结束的时间', 'when it ended unpaid')
  endedat: string | null;

  @ToldTime('首次告知收款端的时间', 'when a till was first told of the payment')
  toldat: string | null;

  @TagList(ReceiptRefund, { zh: '退款，最早在前', en: 'its refunds, oldest first' })
  refunds: ReceiptRefund[];

  @TagList(ReceiptCallback, { zh: '回调，最早在前', en: 'its callbacks, oldest first' })
  callbacks: ReceiptCallback[];

  @TagList(ReceiptAlarm, { zh: '报警，最早在前', en: 'its alarms, oldest first' })
  alarms: ReceiptAlarm[];
}

/** Tag of Receipts/Search. */
@WireType('ReceiptSearchResult', RESULT_PAY)
export class SearchResult {
  @TagList(FoundReceipt, { zh: '收款，最新在前', en: 'receipts, newest first' })
  receipts: FoundReceipt[];

  @Told(
    40,
    'mi9j2k00.2s.9f86d081884c7d65',
    '下一页的 cursor；null 为没有了。只要不为 null 就还有，即使本页不满或为空',
    'cursor of the next page; null: that was all. While it is there, go on: a page may hold fewer',
  )
  next: string | null;
}

/** Tag of Receipts/Get and Receipts/Refresh. */
@WireType('ReceiptLifeResult', RESULT_PAY)
export class LifeResult extends FoundReceipt {
  @TagList(ReceiptEvent, { zh: '全部经过，最早在前', en: 'everything that happened, oldest first' })
  events: ReceiptEvent[];
}
