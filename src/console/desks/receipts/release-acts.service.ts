import { Injectable } from '@nestjs/common';
import type { ReceiptLife } from '../../../domain/reading/receipt-life';
import { STATE_WORDS } from '../../../domain/reading/words';
import { Release } from '../../../pay/mend/release.service';
import type { NotReleased } from '../../../pay/mend/release.service';
import { ReceiptReader } from '../../../receipts/receipt-reader.service';
import { ActLog } from '../../session/act-log.service';
import type { Visit } from '../../session/visit';
import { RECEIPT_TEXTS } from '../../texts/receipt.texts';
import { amountInWords } from '../../view/amount-words';
import { money, systemName } from '../../view/format';
import { Goto, Page } from '../../view/page';
import { receiptNumber } from './receipt-desk.service';
import { canBeReleased, isReleasable } from './receipt-page';

/** Longest note of what was found, as an alarm keeps it. */
const NOTE = 400;

/** Lets go of a receipt that was given up on. Alipay says within the act whether it may. */
@Injectable()
export class ReleaseActs {
  constructor(
    private readonly reader: ReceiptReader,
    private readonly releasing: Release,
    private readonly log: ActLog,
  ) {}

  /** Asks what was found. */
  async ask(visit: Visit, id: string): Promise<Page> {
    const life = await this.read(visit, id);
    return canBeReleased(life) ? this.page(visit, life, null) : refused(visit, life, 'notGivenUp');
  }

  async release(visit: Visit, id: string): Promise<Page | Goto> {
    const { visitor, asker, lang } = visit;
    const life = await this.read(visit, id);
    const { receipt } = life;
    const note = visit.form.get('note')?.trim().slice(0, NOTE) ?? '';
    if (note === '') return this.page(visit, life, RECEIPT_TEXTS[lang].needsNote);
    const subject = `receipt ${receipt.id}, bill ${receipt.billNo}`;
    const { billType } = receipt;
    await this.log.note({ kind: 'release', subject, billType, detail: note }, asker);
    const { billTypes } = visitor;
    const wish = { receiptRowId: receipt.id, billTypes, note };
    const released = await this.releasing.release(wish, asker);
    if (released.kind === 'refused') return refused(visit, life, released.why);
    return new Goto(`${pathOf(life)}?done=released`);
  }

  private page({ lang }: Visit, life: ReceiptLife, trouble: string | null): Page {
    const t = RECEIPT_TEXTS[lang];
    const { receipt, alarms } = life;
    const about = alarms.filter(isReleasable).map(({ detail }) => detail);
    const facts = [
      [t.system, systemName(receipt.billType, lang)],
      [t.bill, receipt.billNo],
      [t.receiptId, receipt.receiptId],
      [t.outTradeNo, receipt.outTradeNo],
      [t.refundAmount, money(receipt.amount)],
      [t.inWords, amountInWords(receipt.amount, lang)],
      [t.refundState, STATE_WORDS[receipt.state][lang]],
      ...about.map((detail) => [t.alarms, detail]),
    ];
    const path = pathOf(life);
    const texts = { ...t, title: t.confirmRelease };
    const data = { t: texts, facts, trouble, action: `${path}/let-go`, back: path };
    return new Page('release', data, trouble === null ? 200 : 400);
  }

  private read({ visitor }: Visit, id: string): Promise<ReceiptLife> {
    return this.reader.get(receiptNumber(id), visitor.billTypes);
  }
}

function pathOf({ receipt }: ReceiptLife): string {
  return `/console/receipts/${receipt.id}`;
}

function refused({ lang }: Visit, life: ReceiptLife, why: NotReleased): Page {
  const t = RECEIPT_TEXTS[lang];
  const texts = { ...t, title: t.notReleasedTitle };
  return new Page('refused', { t: texts, why: t.notReleased[why], back: pathOf(life) }, 409);
}
