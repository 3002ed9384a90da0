import { Inject, Injectable } from '@nestjs/common';
import { NOBODY } from '../../domain/receipt/by';
import type { By } from '../../domain/receipt/by';
import { PayError } from '../../domain/errors';
import type { Receipt } from '../../domain/receipt/receipt';
import { RECEIPT_REPOSITORIES } from '../../domain/ports/receipt-repository';
import type { ReceiptRepositories } from '../../domain/ports/receipt-repository';
import type { CollectDecision } from '../../domain/collect/collect-decision';
import { BeginOrders } from '../charge/begin-orders.service';
import type { ScanCodeAsk } from '../charge/begin-orders.service';
import { alreadyPaid, CodeRequests, conflict, undecided } from '../charge/code-requests.service';
import { Undo } from '../outcome/undo.service';

/** How often one call may find that it has to begin again. */
const MAX_ROUNDS = 4;

/** The operation ScanCode: save the start of a payment, then get a code for it. */
@Injectable()
export class ScanCode {
  constructor(
    @Inject(RECEIPT_REPOSITORIES) private readonly repositories: ReceiptRepositories,
    private readonly orders: BeginOrders,
    private readonly codes: CodeRequests,
    private readonly undo: Undo,
  ) {}

  /**
   * A receipt in state `waiting` with its code. Repeated with the same paytype, amount and cardno
   * it is the same receipt and code.
   * @throws PayError ALREADY_PAID, ILLEGAL_STATE, UNDECIDED, CHANNEL_REFUSED,
   *   CHANNEL_MISCONFIGURED, DATABASE_UNAVAILABLE
   */
  async scanCode(ask: ScanCodeAsk): Promise<Receipt> {
    let replaced: Receipt | null = null;
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      const decision = await this.repositories[ask.billType].begin(this.orders.prepare(ask));
      const { kind, receipt } = decision;
      // A code that another call got while this one made way for its own is not taken from it.
      if (kind === 'supersede' && replaced && receipt.id > replaced.id) throw conflict(receipt);
      const ready = await this.carryOut(decision, byOf(ask));
      if (ready) return ready;
      replaced = receipt;
    }
    throw new PayError('UNDECIDED', 'the bill keeps changing under this call');
  }

  /** The receipt with its code; null when the old code is gone and a new receipt can be begun. */
  private async carryOut(decision: CollectDecision, by: By): Promise<Receipt | null> {
    const { receipt } = decision;
    switch (decision.kind) {
      case 'begun':
        return this.orUnpayable(receipt, await this.codes.first(receipt, by), by);
      case 'resume':
        return this.orUnpayable(receipt, await this.codes.resume(receipt, by), by);
      case 'replay':
        return receipt;
      case 'supersede':
        return this.supersede(receipt, by);
      case 'conflict':
        throw conflict(receipt);
      case 'undecided':
        throw undecided(receipt, 'a charge or a refund of the bill is not decided');
      case 'alreadyPaid':
        throw alreadyPaid(receipt);
    }
  }

  /** Alipay refused the repeat of a number: it is made unpayable before another takes its place. */
  private async orUnpayable(
    receipt: Receipt,
    code: Receipt | null,
    by: By,
  ): Promise<Receipt | null> {
    return code ?? this.supersede(receipt, by);
  }

  /** Makes the old code unpayable; a payment found then is the answer instead. */
  private async supersede(receipt: Receipt, by: By): Promise<null> {
    const ended = await this.undo.undo(receipt, 'superseded', by);
    if (ended.state === 'paid' && !ended.duplicate) throw alreadyPaid(ended);
    return null;
  }
}

function byOf({ asker = NOBODY }: ScanCodeAsk): By {
  return { ...asker, cause: 'scanCode' };
}
