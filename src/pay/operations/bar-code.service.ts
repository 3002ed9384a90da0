import { Inject, Injectable } from '@nestjs/common';
import { NOBODY } from '../../domain/receipt/by';
import type { By } from '../../domain/receipt/by';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { PayError } from '../../domain/errors';
import { payStatusOf } from '../../domain/receipt/pay-status';
import type { Receipt } from '../../domain/receipt/receipt';
import { RECEIPT_REPOSITORIES } from '../../domain/ports/receipt-repository';
import type { BeginOrder, ReceiptRepositories } from '../../domain/ports/receipt-repository';
import type { CollectDecision } from '../../domain/collect/collect-decision';
import type { WantedUntil } from '../../domain/receipt/wanted-until';
import { BeginOrders } from '../charge/begin-orders.service';
import type { ChargeAsk } from '../charge/begin-orders.service';
import { Charges } from '../charge/charges.service';
import type { Charged } from '../charge/charges.service';
import { alreadyPaid, conflict, tagOf, undecided } from '../charge/code-requests.service';
import type { ReceiptStatus } from './query.service';
import { Undo } from '../outcome/undo.service';

/** How often one call may find that it has to begin again. */
const MAX_ROUNDS = 4;

/** What a till asks for whose clerk scanned the guest's code. */
export interface BarCodeAsk extends ChargeAsk {
  /** The guest's code: secret, good for a minute, kept nowhere. */
  readonly authCode: string;
}

/** What a till is told of a charge. */
export interface BarCodeStatus extends ReceiptStatus {
  /** Alipay's text of a final refusal, fit to show; null: none. */
  readonly refusal: string | null;
}

/** The operation BarCode: save the start of a payment, then charge the guest's code for it. */
@Injectable()
export class BarCode {
  constructor(
    @Inject(RECEIPT_REPOSITORIES) private readonly repositories: ReceiptRepositories,
    private readonly orders: BeginOrders,
    private readonly charges: Charges,
    private readonly undo: Undo,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * How the charge stands: SUCCESS only for a payment that is durably saved, USERPAYING while the
   * guest types the password, PAYERROR when Alipay finally refused. One charge for each call, and
   * none while another one of the bill is not decided.
   * @throws PayError TOO_LATE: nothing was charged, and the bill holds nothing of this request
   * @throws PayError ALREADY_PAID, ILLEGAL_STATE, UNDECIDED, CHANNEL_MISCONFIGURED,
   *   DATABASE_UNAVAILABLE; all but the last name the receipt in their tag where there is one
   */
  async barCode(ask: BarCodeAsk): Promise<BarCodeStatus> {
    let replaced: Receipt | null = null;
    const by: By = { ...(ask.asker ?? NOBODY), cause: 'barCode' };
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      const askedAtMs = this.clock.monotonicMs();
      const order = this.orders.prepareBarCode(ask);
      const { wantedUntil = null } = order;
      const decision = await this.begin(order, replaced);
      const { kind, receipt } = decision;
      // A code that another call got while this one made way for its own is not taken from it.
      if (kind === 'supersede' && replaced && receipt.id > replaced.id) throw conflict(receipt);
      if (kind === 'begun') {
        const asked = { askedAtMs, by };
        return this.told(await this.charges.charge(receipt, ask.authCode, asked, wantedUntil));
      }
      await this.makeWay(decision, by, wantedUntil);
      replaced = receipt;
    }
    throw new PayError('UNDECIDED', 'the bill keeps changing under this call');
  }

  /** Begins, or says why not. A code that had to make way before it was too late is not hidden. */
  private async begin(order: BeginOrder, replaced: Receipt | null): Promise<CollectDecision> {
    try {
      return await this.repositories[order.billType].begin(order);
    } catch (error) {
      if (!replaced || !(error instanceof PayError) || error.code !== 'TOO_LATE') throw error;
      throw new PayError('TOO_LATE', `${error.message}, receipt ${replaced.id} made way`, {
        shown:
          '请求已超过有效时间,未收款,原二维码已作废 ' +
          '(it came too late: nothing was charged, the earlier code of the bill was ended)',
      });
    }
  }

  private told({ receipt, refusal }: Charged): BarCodeStatus {
    const status = payStatusOf(receipt);
    if (!status) throw undecided(receipt, `charged, and it is ${receipt.state}`);
    if (receipt.state === 'failed' && refusal?.fault === 'configuration') {
      throw new PayError('CHANNEL_MISCONFIGURED', refusal.cause, { tag: tagOf(receipt) });
    }
    return { receipt, ...status, refusal: refusal?.shown ?? null };
  }

  /** Returns when the bill's code is surely unpayable; every other decision is the answer. */
  private async makeWay(
    decision: CollectDecision,
    by: By,
    wantedUntil: WantedUntil | null,
  ): Promise<void> {
    const { kind, receipt } = decision;
    switch (kind) {
      case 'supersede': {
        const ended = await this.undo.undo(receipt, 'superseded', by, wantedUntil);
        if (ended.state === 'paid' && !ended.duplicate) throw alreadyPaid(ended);
        return;
      }
      case 'undecided':
        throw undecided(receipt, 'a charge or a refund of the bill is not decided');
      case 'conflict':
        throw conflict(receipt);
      case 'alreadyPaid':
        throw alreadyPaid(receipt);
      case 'begun':
      case 'replay':
      case 'resume':
        throw new Error(`a BarCode cannot ${kind}`);
    }
  }
}
