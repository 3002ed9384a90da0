import { Inject, Injectable } from '@nestjs/common';
import { SWEEP } from '../../domain/receipt/by';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { codeIsOver } from '../../domain/receipt/due';
import { PayError } from '../../domain/errors';
import { PAYMENT_GATEWAY } from '../../domain/ports/payment-gateway';
import type { PaymentGateway } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';
import { Refresh } from '../outcome/refresh.service';
import { UnderWay } from '../outcome/under-way';
import { Undo } from '../outcome/undo.service';

/** One look of the sweep at one receipt. */
@Injectable()
export class SweepLook {
  constructor(
    @Inject(PAYMENT_GATEWAY) private readonly gateway: PaymentGateway,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly refresh: Refresh,
    private readonly undo: Undo,
    private readonly underWay: UnderWay,
  ) {}

  /**
   * Brings a receipt up to date, or to its end.
   * @throws PayError when nothing could be decided this time
   */
  async look(receipt: Receipt): Promise<void> {
    switch (receipt.state) {
      case 'cancelling':
      case 'refunding':
        await this.undo.finish(receipt, SWEEP);
        return;
      case 'begun':
      case 'waiting':
        return this.bringLive(receipt);
      case 'closed':
      case 'cancelled':
      case 'failed':
        await this.refresh.refresh(receipt, SWEEP);
        return;
      case 'paid':
        return this.checkOnceMore(receipt);
      case 'refunded':
        return;
    }
  }

  /** A charge nobody knows anything of, when it can no longer arrive, was lost: it ends, too. */
  private async bringLive(receipt: Receipt): Promise<void> {
    const lost =
      receipt.begunBy === 'barCode' && receipt.state === 'begun' && !this.underWay.charge(receipt);
    if (lost || (await this.isOver(receipt))) await this.undo.undo(receipt, 'expired', SWEEP);
    else await this.refresh.refresh(receipt, SWEEP);
  }

  /**
   * Is the code's time over by Alipay's own clock? Ours may be wrong, and would end codes that
   * guests are looking at: it counts only when Alipay does not tell its time.
   */
  private async isOver(receipt: Receipt): Promise<boolean> {
    const nowMs = this.gateway.channelNowMs();
    if (nowMs !== null) return codeIsOver(receipt, nowMs);
    if (!codeIsOver(receipt, this.clock.nowMs())) return false;
    const { kind } = await this.gateway.query(receipt.outTradeNo);
    if (kind === 'unknown' || kind === 'refused') return false;
    return codeIsOver(receipt, this.gateway.channelNowMs() ?? this.clock.nowMs());
  }

  /** A cancel sent before the payment was booked may have given it back since. */
  private async checkOnceMore(receipt: Receipt): Promise<void> {
    const checked = await this.refresh.refresh(receipt, SWEEP);
    if (checked.state !== 'paid' || !this.underWay.cancel(checked)) return;
    throw new PayError('UNDECIDED', `receipt ${receipt.id}: a cancel may still be under way`);
  }
}
