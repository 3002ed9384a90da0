import { Inject, Injectable } from '@nestjs/common';
import { formatYuan } from '../../domain/money';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { REFUNDS } from '../../domain/ports/refunds';
import type { Refunds } from '../../domain/ports/refunds';
import { REFUND_BOOK } from '../../domain/reading/refund-book';
import type { ListedRefund, RefundBook } from '../../domain/reading/refund-book';
import { ActLog } from '../session/act-log.service';
import type { Visit } from '../session/visit';
import { FLOW_TEXTS } from '../texts/flows.texts';
import { amountInWords } from '../view/amount-words';
import { money, systemName, time } from '../view/format';
import type { Lang } from '../view/look';
import { Goto, Page } from '../view/page';
import { mayBeLeft, mayBeWithdrawn } from './flow-desk.service';

const LIST = '/console/refunds';

/** What is done to a refund that waits. Whether it is still possible, the books say. */
@Injectable()
export class RefundActs {
  constructor(
    @Inject(REFUND_BOOK) private readonly book: RefundBook,
    @Inject(REFUNDS) private readonly refunds: Refunds,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly log: ActLog,
  ) {}

  async askWithdraw({ lang, query, visitor }: Visit): Promise<Page> {
    const t = FLOW_TEXTS[lang];
    const refund = await this.book.find(visitor.billTypes, numberOf(query));
    if (refund === null || !mayBeWithdrawn(refund)) return tooLate(lang);
    return confirm(refund, lang, {
      title: t.confirmWithdraw,
      words: t.withdrawWords,
      action: `${LIST}/give-up`,
      submit: t.withdrawIt,
    });
  }

  async withdraw(visit: Visit): Promise<Page | Goto> {
    const refund = await this.book.find(visit.visitor.billTypes, numberOf(visit.form));
    if (refund === null) return tooLate(visit.lang);
    await this.note('withdraw', refund, visit);
    const refused = await this.refunds.withdraw(refund.id, this.origin(visit, 'withdraw'));
    // Pressed again, perhaps at another process: it is as it was asked for.
    if (refused !== null && refused !== 'givenUp') return tooLate(visit.lang);
    return new Goto(`${LIST}?done=withdrawn`);
  }

  async askLeave({ lang, query, visitor }: Visit): Promise<Page> {
    const t = FLOW_TEXTS[lang];
    const refund = await this.book.find(visitor.billTypes, numberOf(query));
    if (refund === null || !mayBeLeft(refund)) return tooLate(lang);
    return confirm(refund, lang, {
      title: t.confirmLeave,
      words: t.leaveWords,
      action: `${LIST}/left`,
      submit: t.leaveIt,
    });
  }

  async leave(visit: Visit): Promise<Page | Goto> {
    const refund = await this.book.find(visit.visitor.billTypes, numberOf(visit.form));
    if (refund === null) return tooLate(visit.lang);
    await this.note('leaveOwed', refund, visit);
    const isLeft = await this.refunds.leaveToPerson(refund.id, this.origin(visit, 'leaveOwed'));
    return isLeft ? new Goto(`${LIST}?done=left`) : tooLate(visit.lang);
  }

  private note(kind: string, refund: ListedRefund, { asker }: Visit): Promise<void> {
    const { id, receiptRowId, billNo, billType, amount } = refund;
    const subject = `receipt ${receiptRowId}, bill ${billNo}`;
    const detail = `refund ${id}, ${formatYuan(amount)} yuan`;
    return this.log.note({ kind, subject, billType, detail }, asker);
  }

  private origin({ asker }: Visit, cause: string) {
    return { ...asker, cause, nowMs: this.clock.nowMs() };
  }
}

interface Question {
  readonly title: string;
  readonly words: string;
  readonly action: string;
  readonly submit: string;
}

function confirm(refund: ListedRefund, lang: Lang, { title, ...question }: Question): Page {
  const t = FLOW_TEXTS[lang];
  return new Page('confirm', {
    ...question,
    t: { ...t, title },
    facts: [
      [t.system, systemName(refund.billType, lang)],
      [t.bill, refund.billNo],
      [t.amount, money(refund.amount)],
      [t.inWords, amountInWords(refund.amount, lang)],
      [t.since, time(refund.queuedAtMs)],
      ...(refund.lastWord === null ? [] : [[t.word, refund.lastWord]]),
    ],
    fields: [['id', String(refund.id)]],
    isGrave: true,
    back: LIST,
  });
}

function numberOf(fields: URLSearchParams): number {
  return Number(/^[1-9]\d{0,14}$/.exec(fields.get('id') ?? '')?.[0] ?? 0);
}

function tooLate(lang: Lang): Page {
  const t = FLOW_TEXTS[lang];
  return new Page(
    'refused',
    { t: { ...t, title: t.refundsTitle }, why: t.tooLate, back: LIST },
    409,
  );
}
