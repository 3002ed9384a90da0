import { Inject, Injectable } from '@nestjs/common';
import { PayError } from '../../../domain/errors';
import { formatYuan, parseYuan } from '../../../domain/money';
import type { Fen } from '../../../domain/money';
import { CALLBACKS } from '../../../domain/ports/callbacks';
import type { Callbacks } from '../../../domain/ports/callbacks';
import type { ReceiptFile } from '../../../domain/reading/receipt-life';
import type { Receipt } from '../../../domain/receipt/receipt';
import { CancelPayment } from '../../../pay/operations/cancel.service';
import type { ReceiptName } from '../../../pay/operations/query.service';
import { RefundPayment } from '../../../pay/refund/refund.service';
import { ReceiptReader } from '../../../receipts/receipt-reader.service';
import { isActNumber } from '../../session/act-number';
import { ActLog } from '../../session/act-log.service';
import type { Visit } from '../../session/visit';
import { RECEIPT_TEXTS } from '../../texts/receipt.texts';
import { amountInWords } from '../../view/amount-words';
import { money, systemName } from '../../view/format';
import { Goto, Page } from '../../view/page';
import { receiptNumber } from './receipt-desk.service';
import { canBeCancelled, leftOf } from './receipt-page';

/** Longest reason of a refund, as the operation has it. */
const REASON = 256;
/** Longest name of who refunds, as the operation has it. */
const OPERATOR = 32;

/** What is done to a receipt: through the services of the operations, and asked for once more. */
@Injectable()
export class ReceiptActs {
  constructor(
    @Inject(CALLBACKS) private readonly callbacks: Callbacks,
    private readonly reader: ReceiptReader,
    private readonly cancels: CancelPayment,
    private readonly refunds: RefundPayment,
    private readonly log: ActLog,
  ) {}

  async askRefresh(visit: Visit, id: string): Promise<Page> {
    const t = RECEIPT_TEXTS[visit.lang];
    const { receipt } = await this.read(visit, id);
    return new Page('confirm', {
      t: { ...t, title: t.confirmLook },
      facts: [...this.whose(visit, receipt), ...amounts(receipt.amount, visit)],
      words: t.lookWords,
      action: `${pathOf(receipt)}/refresh`,
      fields: [],
      submit: t.lookNow,
      isGrave: false,
      back: pathOf(receipt),
    });
  }

  async refresh(visit: Visit, id: string): Promise<Goto> {
    const { receipt } = await this.read(visit, id);
    await this.note('refresh', receipt, '', visit);
    return this.ending(receipt, 'refreshed', () =>
      this.reader.refresh(receipt.id, visit.visitor.billTypes, visit.asker),
    );
  }

  /** How much? And then, with an amount, once more in words. */
  async askRefund(visit: Visit, id: string): Promise<Page> {
    const t = RECEIPT_TEXTS[visit.lang];
    const file = await this.read(visit, id);
    const left = leftOf(file);
    const back = pathOf(file.receipt);
    const texts = { ...t, title: t.refundTitle };
    if (left === 0) return new Page('refused', { t: texts, why: t.notNow, back }, 409);
    const text = visit.query.get('amount');
    const amount = text === null ? null : amountOf(text);
    if (amount !== null && amount <= left) return this.confirmRefund(visit, file, amount);
    return new Page('refund', {
      t: texts,
      trouble: text === null ? null : t.wrongAmount,
      action: `${back}/refund`,
      amount: text ?? formatYuan(left),
      left: money(left),
      reason: reasonOf(visit.query) ?? '',
      back,
    });
  }

  /** One form is one batch number: pressed twice, or sent by two processes, it is one refund. */
  async refund(visit: Visit, id: string): Promise<Goto> {
    const { receipt } = await this.read(visit, id);
    const amount = amountOf(visit.form.get('amount') ?? '');
    if (amount === null) throw new PayError('INVALID_MEMBER', 'no amount');
    const batchNo = `console ${visit.form.get('act') ?? ''}`;
    await this.note('refund', receipt, `${formatYuan(amount)} yuan, batch ${batchNo}`, visit);
    const ask = {
      name: nameOf(receipt),
      batchNo,
      amount,
      operatorNo: visit.visitor.name.slice(0, OPERATOR),
      reason: reasonOf(visit.form),
      wantedUntilMs: null,
    };
    return this.ending(receipt, 'refund', () => this.refunds.refund(ask, visit.asker));
  }

  async askCancel(visit: Visit, id: string): Promise<Page> {
    const t = RECEIPT_TEXTS[visit.lang];
    const file = await this.read(visit, id);
    const { receipt } = file;
    const back = pathOf(receipt);
    if (!canBeCancelled(file)) {
      const texts = { ...t, title: t.confirmCancel };
      return new Page('refused', { t: texts, why: t.notNow, back }, 409);
    }
    return new Page('confirm', {
      t: { ...t, title: t.confirmCancel },
      facts: [...this.whose(visit, receipt), ...amounts(receipt.amount, visit)],
      words: t.cancelWords,
      action: `${back}/undo`,
      fields: [],
      submit: t.doCancel,
      isGrave: true,
      back,
    });
  }

  async cancel(visit: Visit, id: string): Promise<Goto> {
    const { receipt } = await this.read(visit, id);
    await this.note('cancel', receipt, `${formatYuan(receipt.amount)} yuan`, visit);
    return this.ending(receipt, 'cancel', () =>
      this.cancels.cancel(nameOf(receipt), null, visit.asker),
    );
  }

  async askResend(visit: Visit, id: string): Promise<Page> {
    const t = RECEIPT_TEXTS[visit.lang];
    const { receipt, callbacks } = await this.read(visit, id);
    const seq = seqOf(visit.query);
    const callback = callbacks.find((each) => each.seq === seq && seq > 0);
    if (!callback) throw new PayError('NO_RECEIPT', 'no such callback of this receipt');
    return new Page('confirm', {
      t: { ...t, title: t.confirmResend },
      facts: [
        ...this.whose(visit, receipt),
        ...amounts(receipt.amount, visit),
        ['seq', String(seq)],
        [t.event, callback.type],
      ],
      words: t.resendWords,
      action: `${pathOf(receipt)}/resend`,
      fields: [['seq', String(seq)]],
      submit: t.resend,
      isGrave: false,
      back: pathOf(receipt),
    });
  }

  /** Sends one callback of this receipt again, under its own id. */
  async resend(visit: Visit, id: string): Promise<Goto> {
    const { receipt, callbacks } = await this.read(visit, id);
    const seq = seqOf(visit.form);
    if (!callbacks.some((each) => each.seq === seq && seq > 0)) {
      throw new PayError('NO_RECEIPT', 'no such callback of this receipt');
    }
    await this.note('resend', receipt, `seq ${seq}`, visit);
    const { billType } = receipt;
    await this.callbacks.resend({ billType, fromSeq: seq, toSeq: seq, sinceMs: 0 });
    return new Goto(`${pathOf(receipt)}?done=resend`);
  }

  private confirmRefund(visit: Visit, { receipt }: ReceiptFile, amount: Fen): Page {
    const t = RECEIPT_TEXTS[visit.lang];
    const reason = reasonOf(visit.query);
    const back = pathOf(receipt);
    // The number stands in the address: who comes back to this page asks for the same refund.
    const act = visit.query.get('act') ?? '';
    return new Page('confirm', {
      ...(isActNumber(act) ? { act } : {}),
      t: { ...t, title: t.confirmRefund },
      facts: [
        ...this.whose(visit, receipt),
        ...amounts(amount, visit),
        ...(reason === null ? [] : [[t.reason, reason]]),
      ],
      words: t.refundWords,
      action: `${back}/give-back`,
      fields: [['amount', formatYuan(amount)], ...(reason === null ? [] : [['reason', reason]])],
      submit: t.refundIt,
      isGrave: true,
      back,
    });
  }

  private whose({ lang }: Visit, receipt: Receipt): [string, string][] {
    const t = RECEIPT_TEXTS[lang];
    return [
      [t.system, systemName(receipt.billType, lang)],
      [t.bill, receipt.billNo],
      [t.receiptId, receipt.receiptId],
    ];
  }

  private read({ visitor }: Visit, id: string): Promise<ReceiptFile> {
    return this.reader.get(receiptNumber(id), visitor.billTypes);
  }

  private note(kind: string, receipt: Receipt, detail: string, { asker }: Visit): Promise<void> {
    const subject = `receipt ${receipt.id}, bill ${receipt.billNo}`;
    return this.log.note({ kind, subject, billType: receipt.billType, detail }, asker);
  }

  /** Back to the receipt, which tells how it stands; what is not decided yet goes on by itself. */
  private async ending(receipt: Receipt, done: string, act: () => Promise<unknown>): Promise<Goto> {
    try {
      await act();
      return new Goto(`${pathOf(receipt)}?done=${done}`);
    } catch (error) {
      if (!(error instanceof PayError) || error.code !== 'UNDECIDED') throw error;
      return new Goto(`${pathOf(receipt)}?done=undecided`);
    }
  }
}

function pathOf({ id }: Receipt): string {
  return `/console/receipts/${id}`;
}

function nameOf({ billNo, receiptId, billType, payType }: Receipt): ReceiptName {
  return { billNo, receiptId, billType, payType };
}

function amounts(amount: Fen, { lang }: Visit): [string, string][] {
  const t = RECEIPT_TEXTS[lang];
  return [
    [t.refundAmount, money(amount)],
    [t.inWords, amountInWords(amount, lang)],
  ];
}

function amountOf(text: string): Fen | null {
  const reading = parseYuan(text.trim().replace(/^¥/, '').replaceAll(',', ''));
  return reading.ok ? reading.amount : null;
}

function seqOf(fields: URLSearchParams): number {
  return Number(/^[1-9]\d{0,14}$/.exec(fields.get('seq') ?? '')?.[0] ?? 0);
}

function reasonOf(form: URLSearchParams): string | null {
  return form.get('reason')?.trim().slice(0, REASON) || null;
}
