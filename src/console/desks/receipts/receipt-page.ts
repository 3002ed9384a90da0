import { fen } from '../../../domain/money';
import type { Fen } from '../../../domain/money';
import type {
  LifeEvent,
  RaisedAlarm,
  ReceiptFile,
  ReceiptLife,
  ToldCallback,
} from '../../../domain/reading/receipt-life';
import { eventWord, STATE_WORDS } from '../../../domain/reading/words';
import type { Receipt } from '../../../domain/receipt/receipt';
import type { ReceiptState } from '../../../domain/receipt/receipt-state';
import { RELEASABLE } from '../../../domain/receipt/release-plan';
import { isPending } from '../../../domain/refund/refund';
import type { Refund } from '../../../domain/refund/refund';
import type { Visit } from '../../session/visit';
import { mayAct } from '../../session/visitor';
import { ALARM_HELP } from '../../texts/alarms.texts';
import { RECEIPT_TEXTS } from '../../texts/receipt.texts';
import { money, systemName, time } from '../../view/format';
import type { Lang } from '../../view/look';
import { Page } from '../../view/page';

/** What stands before the batch numbers that no caller can send. */
const OURS = '\u0001';

const TONES: Readonly<Record<ReceiptState, string>> = {
  begun: 'info',
  waiting: 'info',
  cancelling: 'warn',
  paid: 'good',
  refunding: 'warn',
  closed: '',
  cancelled: '',
  failed: '',
  refunded: '',
};

/** How the state of a receipt is coloured. */
export function toneOf({ state, duplicate }: Receipt): string {
  return duplicate && state === 'paid' ? 'bad' : TONES[state];
}

/** What of a receipt can go back: what was paid, less what went back or is on its way. */
export function leftOf({ receipt, refunds }: ReceiptFile): Fen {
  const { payment, state, refunded, givingBack } = receipt;
  if (payment === null || givingBack === 'cancel') return fen(0);
  if (state !== 'paid' && state !== 'refunding') return fen(0);
  const pending = refunds.filter((each) => isPending(each) && each.cause === 'caller');
  const reserved = pending.reduce((sum, { amount }) => sum + amount, 0);
  return fen(Math.max(0, payment.amount - refunded - reserved));
}

/** May a cancel still be asked for? Whether it succeeds, the service says. */
export function canBeCancelled({ receipt, refunds }: ReceiptFile): boolean {
  const hasRefunds = refunds.some(({ cause, state }) => cause === 'caller' && state !== 'failed');
  return ['begun', 'waiting', 'paid'].includes(receipt.state) && !hasRefunds;
}

/** Was it given up on, so that it may be let go of? Whether it is, Alipay says. */
export function canBeReleased({ receipt, alarms }: ReceiptFile): boolean {
  return receipt.payment === null && alarms.some(isReleasable);
}

/** Is it an open alarm of a kind for which an operator may let go? */
export function isReleasable({ kind, closedAtMs }: RaisedAlarm): boolean {
  return closedAtMs === null && (RELEASABLE as readonly string[]).includes(kind);
}

/** The page of one receipt. */
export function receiptPage(life: ReceiptLife, { lang, query, visitor }: Visit): Page {
  const t = RECEIPT_TEXTS[lang];
  const { receipt } = life;
  const done = query.get('done');
  const left = leftOf(life);
  return new Page('receipt', {
    t: { ...t, title: `${t.title} ${receipt.billNo}` },
    path: `/console/receipts/${receipt.id}`,
    done: isDone(done) ? t.done[done] : null,
    isDoubt: done === 'undecided',
    state: STATE_WORDS[receipt.state][lang],
    tone: toneOf(receipt),
    duplicate: receipt.duplicate,
    figures: figuresOf(receipt, left, lang),
    facts: factsOf(receipt, lang).filter(([, value]) => value !== ''),
    acts: mayAct(visitor) ? actsOf(life) : null,
    refunds: life.refunds.map((each) => shownRefund(each, lang)),
    callbacks: life.callbacks.map((each) => shownCallback(each, lang)),
    alarms: life.alarms.map((each) => shownAlarm(each, lang)),
    events: life.events.map((each) => shownEvent(each, lang)),
  });
}

function actsOf(life: ReceiptLife) {
  return {
    refund: leftOf(life) > 0,
    cancel: canBeCancelled(life),
    release: canBeReleased(life),
  };
}

type Done = keyof (typeof RECEIPT_TEXTS)['zh']['done'];

function isDone(text: string | null): text is Done {
  return text !== null && Object.hasOwn(RECEIPT_TEXTS.zh.done, text);
}

function figuresOf(receipt: Receipt, left: Fen, lang: Lang): [name: string, value: string][] {
  const t = RECEIPT_TEXTS[lang];
  const { payment, refunded } = receipt;
  return [
    [t.asked, money(receipt.amount)],
    [t.paid, payment === null ? '–' : money(payment.amount)],
    [t.refunded, refunded > 0 ? money(refunded) : '–'],
    [t.left, left > 0 ? money(left) : '–'],
  ];
}

function factsOf(receipt: Receipt, lang: Lang): [name: string, value: string][] {
  const t = RECEIPT_TEXTS[lang];
  const { payment, toldAtMs } = receipt;
  return [
    [t.system, `${receipt.billType} · ${systemName(receipt.billType, lang)}`],
    [t.bill, receipt.billNo],
    [t.receiptId, receipt.receiptId],
    [t.payType, receipt.payType],
    [t.card, receipt.cardNo ?? ''],
    [t.tradeNo, payment?.tradeNo ?? ''],
    [t.outTradeNo, receipt.outTradeNo],
    [t.buyer, payment?.buyer ?? ''],
    [t.begunAt, time(receipt.begunAtMs)],
    [t.paidAt, payment === null ? '' : time(payment.paidAtMs)],
    [t.toldAt, payment === null ? '' : toldAtMs === null ? t.notTold : time(toldAtMs)],
    [t.codeEnds, receipt.state === 'waiting' ? time(receipt.codeEndsAtMs) : ''],
    [t.channel, receipt.channelStatus ?? ''],
  ];
}

/** How the state of a refund is coloured. */
export const REFUND_TONES = { queued: 'warn', asked: 'warn', done: 'good', failed: 'bad' } as const;

function shownRefund(refund: Refund, lang: Lang) {
  const t = RECEIPT_TEXTS[lang];
  return {
    batch: refund.batchNo.startsWith(OURS) ? t.own : refund.batchNo,
    amount: money(refund.amount),
    state: t.refundStates[refund.state],
    tone: REFUND_TONES[refund.state],
    who: [refund.caller, refund.operatorNo].filter((each) => each !== null).join(' · '),
    reason: refund.reason ?? '',
    at: time(refund.endedAtMs ?? refund.queuedAtMs),
    word: refund.lastWord ?? '',
  };
}

/** How the state of a callback is coloured. */
export const CALLBACK_TONES = {
  ...{ written: 'info', waiting: 'warn', taken: 'good', superseded: '', givenUp: 'bad' },
} as const;

function shownCallback(callback: ToldCallback, lang: Lang) {
  const { lastTry, seq, state } = callback;
  return {
    seq,
    type: callback.type,
    state: RECEIPT_TEXTS[lang].callbackStates[state],
    tone: CALLBACK_TONES[state],
    tries: callback.tries,
    last: lastTry === null ? '' : `${time(lastTry.atMs)} ${lastTry.status ?? ''} ${lastTry.answer}`,
    mayResend: seq > 0 && callback.endedAtMs !== null,
  };
}

function shownAlarm(alarm: RaisedAlarm, lang: Lang) {
  const { id, kind, detail, closedBy, note } = alarm;
  const isOpen = alarm.closedAtMs === null;
  const help = ALARM_HELP[lang];
  const what = Object.hasOwn(help, kind) ? help[kind][0] : kind;
  return { id, kind, what, detail, isOpen, at: time(alarm.raisedAtMs), closedBy, note };
}

function shownEvent(event: LifeEvent, lang: Lang) {
  const { events } = RECEIPT_TEXTS[lang];
  return {
    at: time(event.atMs),
    word: Object.hasOwn(events, event.event) ? events[event.event] : eventWord(event.event, lang),
    from: event.from && event.from !== event.state ? STATE_WORDS[event.from][lang] : '',
    state: STATE_WORDS[event.state][lang],
    actor: event.actor ?? '',
    cause: event.cause,
    channel: event.channelStatus ?? '',
    amount: event.amount === null ? '' : money(event.amount),
    requestId: event.requestId ?? '',
  };
}
