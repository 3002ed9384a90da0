import { Inject, Injectable, Logger } from '@nestjs/common';
import type { By } from '../../domain/receipt/by';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { PayError } from '../../domain/errors';
import type { PayErrorShown } from '../../domain/errors';
import { PAYMENT_GATEWAY } from '../../domain/ports/payment-gateway';
import type { CodeOutcome, PaymentGateway } from '../../domain/ports/payment-gateway';
import type { Receipt } from '../../domain/receipt/receipt';
import { RECEIPT_REPOSITORIES } from '../../domain/ports/receipt-repository';
import type { ReceiptRepositories } from '../../domain/ports/receipt-repository';
import { endedUnpaid } from '../../domain/receipt/receipt-state';
import { PAY_SETTINGS, leaseMs } from '../pay-settings';
import type { PaySettings } from '../pay-settings';
import { Refresh } from '../outcome/refresh.service';

/** How often another process's attempt is looked at. ms. */
const LOOK_EVERY_MS = 50;

/**
 * Gets the code of a receipt that is saved: one call at a time per receipt, over all processes, and
 * always the very same call.
 */
@Injectable()
export class CodeRequests {
  private readonly logger = new Logger(CodeRequests.name);
  private readonly flights = new Map<number, Promise<Receipt | null>>();

  constructor(
    @Inject(RECEIPT_REPOSITORIES) private readonly repositories: ReceiptRepositories,
    @Inject(PAYMENT_GATEWAY) private readonly gateway: PaymentGateway,
    @Inject(PAY_SETTINGS) private readonly settings: PaySettings,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly refresh: Refresh,
  ) {}

  /**
   * The receipt with its code, which was just begun; the caller holds its lease. Null: Alipay
   * gives no code for its number, and it has to be made unpayable.
   */
  first(receipt: Receipt, by: By): Promise<Receipt | null> {
    const flight = this.request(receipt, by).finally(() => this.flights.delete(receipt.id));
    this.flights.set(receipt.id, flight);
    return flight;
  }

  /** The code of a receipt somebody else began: share the attempt under way, or take it over. */
  async resume(begun: Receipt, by: By): Promise<Receipt | null> {
    const giveUpAt = this.clock.monotonicMs() + leaseMs(this.settings) + LOOK_EVERY_MS;
    const books = this.repositories[begun.billType];
    for (;;) {
      const flight = this.flights.get(begun.id);
      if (flight) return flight;
      const now = this.clock.nowMs();
      const leased = await books.leasePrecreate(begun, now, now + leaseMs(this.settings));
      if (leased) return this.first(leased, by);
      const receipt = await books.get(begun.id);
      if (receipt.state === 'waiting') return receipt;
      if (receipt.state !== 'begun') throw this.lost(receipt);
      if (this.clock.monotonicMs() > giveUpAt) {
        throw undecided(receipt, 'another process is still asking for the code');
      }
      await this.clock.sleep(LOOK_EVERY_MS);
    }
  }

  private async request(receipt: Receipt, by: By): Promise<Receipt | null> {
    const outcome = await this.gateway.requestCode(receipt.channelCall);
    switch (outcome.kind) {
      case 'code':
        return this.giveCode(receipt, outcome.qrCode, by);
      case 'alreadyPaid':
        return this.askInstead(receipt, by);
      case 'numberRefused':
        await this.repositories[receipt.billType].releasePrecreate(receipt);
        return null;
      case 'refused':
        return this.refused(receipt, outcome, by);
      case 'unknown':
        await this.repositories[receipt.billType].releasePrecreate(receipt);
        throw undecided(receipt, `precreate: ${outcome.cause}`);
    }
  }

  private async giveCode(receipt: Receipt, qrCode: string, by: By): Promise<Receipt> {
    const books = this.repositories[receipt.billType];
    const origin = { ...by, nowMs: this.clock.nowMs() };
    const moved = await books.move(receipt, [{ event: 'giveCode', qrCode }], origin);
    if (moved) return moved;
    const fresh = await books.get(receipt.id);
    if (fresh.state === 'waiting' && fresh.qrCode === qrCode) return fresh;
    // Too late: the receipt is being undone or has ended, so its code must not live.
    if (endedUnpaid(fresh.state)) await this.gateway.cancel(fresh.outTradeNo);
    throw this.lost(fresh);
  }

  /** Alipay gives no code for the number: how does its trade stand? */
  private async askInstead(receipt: Receipt, by: By): Promise<Receipt> {
    const books = this.repositories[receipt.billType];
    await books.releasePrecreate(receipt);
    throw this.lost(await this.refresh.refresh(receipt, by));
  }

  /**
   * A definite refusal ends the receipt only when the call was sent once: an earlier attempt whose
   * answer was lost may have made a code.
   */
  private async refused(
    receipt: Receipt,
    outcome: CodeOutcome & { kind: 'refused' },
    by: By,
  ): Promise<Receipt> {
    const books = this.repositories[receipt.billType];
    this.logger.warn(`precreate refused, receipt ${receipt.id}: ${outcome.cause}`);
    if (outcome.fault === 'pace' || receipt.precreateTries > 1) {
      await books.releasePrecreate(receipt);
      if (outcome.fault === 'pace') throw undecided(receipt, `precreate: ${outcome.cause}`);
    } else {
      const nowMs = this.clock.nowMs();
      await books.move(receipt, [{ event: 'fail' }], { ...by, nowMs });
    }
    const shown = outcome.shown === null ? {} : { shown: outcome.shown };
    if (outcome.fault === 'request') throw new PayError('CHANNEL_REFUSED', outcome.cause, shown);
    throw new PayError('CHANNEL_MISCONFIGURED', outcome.cause);
  }

  /** The receipt left `begun` without a code for this caller. */
  private lost(receipt: Receipt): PayError {
    if (receipt.state === 'paid') return alreadyPaid(receipt);
    return undecided(receipt, `no code, receipt is ${receipt.state}`);
  }
}

/** The refusal that sends a till to the receipt that is already paid. */
export function alreadyPaid(receipt: Receipt): PayError {
  return new PayError('ALREADY_PAID', `receipt ${receipt.id} is paid`, { tag: tagOf(receipt) });
}

/** The refusal of a call that met another one for the same bill on other terms. */
export function conflict(receipt: Receipt): PayError {
  return new PayError('ILLEGAL_STATE', `receipt ${receipt.id} is getting the bill's code`, {
    shown:
      '该单据正在以其他条件收款,请稍后再试 (the bill is being collected on other terms: try again)',
  });
}

/** That a receipt is not decided; `tag` names it. */
export function undecided(receipt: Receipt, detail: string, more: PayErrorShown = {}): PayError {
  const shown = { ...more, tag: tagOf(receipt) };
  return new PayError('UNDECIDED', `receipt ${receipt.id}: ${detail}`, shown);
}

/** The receipt as the `tag` of a refusal names it. */
export function tagOf(receipt: Receipt): object {
  return { billnum: receipt.billNo, autoid: receipt.receiptId, codeurl: null };
}
