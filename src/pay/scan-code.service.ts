import { Inject, Injectable } from '@nestjs/common';
import { PayError } from '../domain/errors';
import type { Receipt } from '../domain/receipt';
import { RECEIPT_REPOSITORIES } from '../domain/receipt-repository';
import type { ReceiptRepositories } from '../domain/receipt-repository';
import { BeginOrders } from './begin-orders.service';
import type { ScanCodeAsk } from './begin-orders.service';
import { alreadyPaid, CodeRequests } from './code-requests.service';

/** The operation ScanCode: save the start of a payment, then get a code for it. */
@Injectable()
export class ScanCode {
  constructor(
    @Inject(RECEIPT_REPOSITORIES) private readonly repositories: ReceiptRepositories,
    private readonly orders: BeginOrders,
    private readonly codes: CodeRequests,
  ) {}

  /**
   * A receipt in state `waiting` with its code. Repeated with the same paytype, amount and cardno
   * it is the same receipt and code.
   * @throws PayError ALREADY_PAID, ILLEGAL_STATE, UNDECIDED, CHANNEL_REFUSED,
   *   CHANNEL_MISCONFIGURED, DATABASE_UNAVAILABLE
   */
  async scanCode(ask: ScanCodeAsk): Promise<Receipt> {
    const decision = await this.repositories[ask.billType].begin(this.orders.prepare(ask));
    const { receipt } = decision;
    switch (decision.kind) {
      case 'begun':
        return this.codes.first(receipt);
      case 'resume':
        return this.codes.resume(receipt);
      case 'replay':
        return receipt;
      case 'supersede':
        throw new PayError('ILLEGAL_STATE', `receipt ${receipt.id} holds the bill's live code`, {
          shown: '该单据已有其他条件的有效二维码 (the bill has a live code on other terms)',
        });
      case 'alreadyPaid':
        throw alreadyPaid(receipt);
    }
  }
}
