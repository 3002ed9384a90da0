import { Inject, Injectable } from '@nestjs/common';
import { PayError } from '../../domain/errors';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { REFUNDS } from '../../domain/ports/refunds';
import type { RefundCase, Refunds } from '../../domain/ports/refunds';
import { SWEEP } from '../../domain/receipt/by';
import type { By } from '../../domain/receipt/by';
import type { Receipt } from '../../domain/receipt/receipt';
import type { WantedUntil } from '../../domain/receipt/wanted-until';
import { DUPLICATE_BATCH } from '../../domain/refund/refund';
import { PAY_SETTINGS } from '../pay-settings';
import type { PaySettings } from '../pay-settings';
import { outRequestNo } from './out-request-no';
import { RefundWork } from './refund-work.service';

/** Gives back what a duplicate is owed, by itself or because somebody cancels it. */
@Injectable()
export class DuplicateRefund {
  constructor(
    @Inject(REFUNDS) private readonly refunds: Refunds,
    @Inject(PAY_SETTINGS) private readonly settings: PaySettings,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly work: RefundWork,
  ) {}

  /**
   * One look of the sweep at what is owed, and not being given back.
   * @throws PayError UNDECIDED, DATABASE_UNAVAILABLE
   */
  async look({ receipt, refund }: RefundCase): Promise<void> {
    if (this.settings.refundDuplicates === 'ask') return this.refunds.leaveOwed(refund);
    const wish = { receipt, asker: 'sweep', outRequestNo: numberOf(receipt) } as const;
    const begun = await this.refunds.beginOwed(wish, { ...SWEEP, nowMs: this.clock.nowMs() });
    if (begun.kind === 'begun') await this.work.bring(begun.found, SWEEP, true);
  }

  /**
   * The duplicate once all of its money went back, because somebody wants it to. Null: nothing is
   * owed by a refund, for that was finally refused.
   * @throws PayError UNDECIDED: it is going back; ILLEGAL_STATE: Alipay finally refuses
   * @throws PayError TOO_LATE: nothing was begun; DATABASE_UNAVAILABLE
   */
  async giveBack(
    receipt: Receipt,
    by: By,
    wantedUntil: WantedUntil | null,
  ): Promise<Receipt | null> {
    const wish = { receipt, asker: 'person', outRequestNo: numberOf(receipt) } as const;
    const origin = { ...by, nowMs: this.clock.nowMs(), wantedUntil };
    const begun = await this.refunds.beginOwed(wish, origin);
    if (begun.kind === 'nothing') return null;
    if (begun.kind === 'waits') throw new PayError('UNDECIDED', `receipt ${receipt.id} moved`);
    const found = await this.work.bring(begun.found, by, true);
    if (found.refund.state === 'done') return found.receipt;
    if (found.refund.state === 'failed') {
      throw new PayError('ILLEGAL_STATE', `refund ${found.refund.id} refused`, { shown: REFUSED });
    }
    throw new PayError('UNDECIDED', `refund ${found.refund.id} is not decided`);
  }
}

/** The same in every process, and where the books were restored. */
function numberOf({ outTradeNo }: Receipt): string {
  return outRequestNo(outTradeNo, DUPLICATE_BATCH);
}

const REFUSED = '支付宝拒绝退款,款项未退回 (Alipay refuses the refund, no money went back)';
