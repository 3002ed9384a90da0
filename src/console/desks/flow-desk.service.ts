import { Inject, Injectable } from '@nestjs/common';
import { CONFIG } from '../../config/config';
import type { Config } from '../../config/config';
import type { BillType } from '../../domain/bill';
import { CALLBACKS } from '../../domain/ports/callbacks';
import type { Callback, Callbacks } from '../../domain/ports/callbacks';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { REFUND_BOOK } from '../../domain/reading/refund-book';
import type { ListedRefund, RefundBook } from '../../domain/reading/refund-book';
import type { Visit } from '../session/visit';
import { mayAct } from '../session/visitor';
import { FLOW_TEXTS } from '../texts/flows.texts';
import { RECEIPT_TEXTS } from '../texts/receipt.texts';
import { duration, money, systemName, time } from '../view/format';
import type { Lang } from '../view/look';
import { Page } from '../view/page';
import { CALLBACK_TONES, REFUND_TONES } from './receipts/receipt-page';

const DAY_MS = 86_400_000;
const REFUSED_DAYS = 30;
const MOST_REFUNDS = 200;
/** So many events of each system are shown. */
const LATEST = 10;

/** What is on its way: money back to guests, and news to the systems. */
@Injectable()
export class FlowDesk {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    @Inject(REFUND_BOOK) private readonly refunds: RefundBook,
    @Inject(CALLBACKS) private readonly callbacks: Callbacks,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async refundPage({ lang, query, visitor }: Visit): Promise<Page> {
    const t = FLOW_TEXTS[lang];
    const nowMs = this.clock.nowMs();
    const since = nowMs - REFUSED_DAYS * DAY_MS;
    const found = await this.refunds.unsettled(visitor.billTypes, since, MOST_REFUNDS);
    const refunds = found.map((each) => shownRefund(each, nowMs, lang));
    const done = query.get('done');
    return new Page('refunds', {
      t: { ...t, title: t.refundsTitle },
      done: done === 'withdrawn' || done === 'left' ? t.done[done] : null,
      mayAct: mayAct(visitor),
      refunds,
    });
  }

  async callbackPage({ lang, visitor }: Visit): Promise<Page> {
    const t = FLOW_TEXTS[lang];
    const systems = await Promise.all(visitor.billTypes.map((each) => this.system(each, lang)));
    return new Page('callbacks', { t: { ...t, title: t.callbacksTitle }, systems });
  }

  private async system(billType: BillType, lang: Lang) {
    const [figures] = await this.callbacks.figures([billType]);
    const lastSeq = await this.callbacks.lastSeq(billType);
    const after = Math.max(0, lastSeq - LATEST);
    const latest = await this.callbacks.listAfter(billType, after, LATEST);
    const oldest = figures?.oldestAtMs ?? null;
    const receiver = this.config.callbacks[billType];
    return {
      name: systemName(billType, lang),
      host: receiver === null ? null : new URL(receiver.url).host,
      waiting: figures?.waiting ?? 0,
      oldest: oldest === null ? '' : duration(this.clock.nowMs() - oldest, lang),
      lastSeq,
      latest: latest.toReversed().map((each) => shownCallback(each, lang)),
    };
  }
}

/** Can it be sent no more? What a duplicate is owed is owed all the same. */
export function mayBeWithdrawn({ state, givenUp, isOwed }: ListedRefund): boolean {
  return (state === 'queued' || state === 'asked') && givenUp === null && !isOwed;
}

/** Is it owed, and nobody has begun to give it back? */
export function mayBeLeft({ state, isOwed, tries }: ListedRefund): boolean {
  return isOwed && state === 'queued' && tries === 0;
}

function shownRefund(refund: ListedRefund, nowMs: number, lang: Lang) {
  const isPending = refund.state === 'queued' || refund.state === 'asked';
  return {
    id: refund.id,
    mayWithdraw: mayBeWithdrawn(refund),
    mayLeave: mayBeLeft(refund),
    isGivenUp: isPending && refund.givenUp !== null,
    receiptId: refund.receiptRowId,
    bill: refund.billNo,
    system: systemName(refund.billType, lang),
    amount: money(refund.amount),
    state: RECEIPT_TEXTS[lang].refundStates[refund.state],
    tone: REFUND_TONES[refund.state],
    isLong: isPending && nowMs - refund.queuedAtMs > DAY_MS,
    cause: FLOW_TEXTS[lang].causes[refund.cause],
    since: time(refund.queuedAtMs),
    tries: refund.tries,
    word: refund.lastWord ?? '',
  };
}

function shownCallback(callback: Callback, lang: Lang) {
  const { seq, type, state, tries, writtenAtMs, receiptRowId } = callback;
  return {
    ...{ seq, type, tries, receiptRowId },
    state: RECEIPT_TEXTS[lang].callbackStates[state],
    tone: CALLBACK_TONES[state],
    at: time(writtenAtMs),
  };
}
