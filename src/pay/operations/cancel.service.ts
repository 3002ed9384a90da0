import { Inject, Injectable } from '@nestjs/common';
import { NOBODY } from '../../domain/receipt/by';
import type { Asker, By } from '../../domain/receipt/by';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { PayError } from '../../domain/errors';
import { payStatusOf } from '../../domain/receipt/pay-status';
import type { Receipt } from '../../domain/receipt/receipt';
import { RECEIPT_REPOSITORIES } from '../../domain/ports/receipt-repository';
import type { ReceiptRepositories } from '../../domain/ports/receipt-repository';
import { wantedUntil } from '../../domain/receipt/wanted-until';
import type { WantedUntil } from '../../domain/receipt/wanted-until';
import type { ReceiptName, ReceiptStatus } from './query.service';
import { DuplicateRefund } from '../refund/duplicate-refund.service';
import { tooLateToCancel, Undo } from '../outcome/undo.service';

/** Alipay refuses to cancel what is older. ms. Source: Alipay trade.cancel, open/02ekfr. */
const CANCEL_WITHIN_MS = 24 * 3_600_000;

/** The operation Cancel: undo a receipt, paid or not. */
@Injectable()
export class CancelPayment {
  constructor(
    @Inject(RECEIPT_REPOSITORIES) private readonly repositories: ReceiptRepositories,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly undo: Undo,
    private readonly duplicates: DuplicateRefund,
  ) {}

  /**
   * The receipt once it is undone. Safe to repeat. `wantedUntilMs`: no undo is begun later, epoch
   * ms; null: there is no end.
   * @throws PayError NO_RECEIPT, ILLEGAL_STATE, UNDECIDED, DATABASE_UNAVAILABLE
   * @throws PayError TOO_LATE: it came too late, no undo was begun, and none was under way
   */
  async cancel(
    name: ReceiptName,
    wantedUntilMs: number | null = null,
    asker: Asker = NOBODY,
  ): Promise<ReceiptStatus> {
    const books = this.repositories[name.billType];
    const found = await books.find(name.billNo, name.receiptId, name.payType);
    if (!found) throw new PayError('NO_RECEIPT', 'the four parts name no receipt');
    const by = { ...asker, cause: 'cancel' };
    const receipt = await this.undone(found, by, wantedUntil(wantedUntilMs, this.clock));
    if (goesBackByRefunds(receipt)) throw useRefund(receipt);
    // Another caller's cancel was finally refused while this one was asking.
    if (receipt.state === 'paid') throw stillPaid(receipt);
    const status = payStatusOf(receipt);
    if (!status) throw new PayError('UNDECIDED', `receipt ${receipt.id} is being undone`);
    return { receipt, ...status };
  }

  private async undone(receipt: Receipt, by: By, wanted: WantedUntil | null): Promise<Receipt> {
    const ended = await this.undo.undo(receipt, 'operator', by, wanted);
    // All of a duplicate goes back by the refund it is owed, also when a cancel came too late.
    const back = owes(ended) ? await this.duplicates.giveBack(ended, by, wanted) : null;
    if (back) return back;
    // It was paid before anybody meant to undo it, or while another reason was being followed.
    if (ended.state === 'paid') {
      if (goesBackByRefunds(ended)) throw useRefund(ended);
      this.refuseWhenTooLate(ended);
      return this.undo.giveBack(ended, by, wanted);
    }
    return this.undo.finish(ended, by);
  }

  /** Alipay cancels for a day only; later the money goes back by a refund. */
  private refuseWhenTooLate(paid: Receipt): void {
    const paidAtMs = paid.payment?.paidAtMs ?? null;
    if (paidAtMs === null || this.clock.nowMs() - paidAtMs < CANCEL_WITHIN_MS) return;
    throw tooLateToCancel(`receipt ${paid.id} was paid too long ago`);
  }
}

/** Is there a refund that may give all of it back, or does? */
function owes({ duplicate, state, givingBack, refunded }: Receipt): boolean {
  return duplicate && (givingBack === 'refund' || (state === 'paid' && refunded === 0));
}

/** Went a part back, or is one going? A cancel would give back all, and Alipay takes none. */
function goesBackByRefunds({ state, givingBack, refunded }: Receipt): boolean {
  return givingBack === 'refund' || (state === 'paid' && refunded > 0);
}

function useRefund(receipt: Receipt): PayError {
  return new PayError('ILLEGAL_STATE', `receipt ${receipt.id} has refunds`, {
    shown: '已有退款,不能撤销,请使用退款 (money went back or is going back in parts: use Refund)',
  });
}

function stillPaid(paid: Receipt): PayError {
  return new PayError('ILLEGAL_STATE', `the cancel of receipt ${paid.id} was refused`, {
    shown: '支付宝拒绝撤销,款项未退回 (Alipay refuses the cancel, no money went back)',
  });
}
