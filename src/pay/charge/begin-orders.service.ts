import { Inject, Injectable } from '@nestjs/common';
import type { BillType } from '../../domain/bill';
import { NOBODY } from '../../domain/receipt/by';
import type { Asker } from '../../domain/receipt/by';
import { CLOCK, RANDOMNESS } from '../../domain/ports/clock';
import type { Clock, Randomness } from '../../domain/ports/clock';
import type { Fen } from '../../domain/money';
import type { BegunBy } from '../../domain/receipt/receipt';
import { PAYMENT_GATEWAY } from '../../domain/ports/payment-gateway';
import type { CodeOrder, PaymentGateway } from '../../domain/ports/payment-gateway';
import type { BeginOrder } from '../../domain/ports/receipt-repository';
import { wantedUntil } from '../../domain/receipt/wanted-until';
import { newOutTradeNo } from './out-trade-no';
import { PAY_SETTINGS, leaseMs } from '../pay-settings';
import type { PaySettings } from '../pay-settings';

/**
 * How long a guest may take to type the password of a charge. Alipay advises to ask for a minute
 * and to cancel then, which a till does by Cancel; what no till ends, ends here. The charge itself
 * carries this end, so Alipay keeps it, too. ms.
 */
const CHARGE_MS = 3 * 60_000;

/** What a till asks for. */
export interface ScanCodeAsk {
  readonly billType: BillType;
  readonly billNo: string;
  readonly payType: string;
  /** Fen, 1 to `MAX_AMOUNT`. */
  readonly amount: Fen;
  /** Product text, whole. */
  readonly body: string;
  readonly detail: string | null;
  readonly clientIp: string;
  /** Null unless the bill recharges a card. */
  readonly cardNo: string | null;
  /** Who asks; absent: nobody who is known. */
  readonly asker?: Asker;
  /** Names and numbers of who sits at the till, at most 64 each; absent: nobody told. */
  readonly cashiers?: readonly string[];
}

/** What a till asks for whose clerk scans the guest's code. */
export interface ChargeAsk extends ScanCodeAsk {
  /**
   * The number at Alipay, when the caller has to find the charge again by a key of its own: for
   * each number there is one charge at most. Absent: a new number.
   */
  readonly outTradeNo?: string;
  /** No charge is begun later, epoch ms; absent or null: there is no end. */
  readonly wantedUntilMs?: number | null;
}

/** Makes a till's request into an order for the books, with its channel call prepared. */
@Injectable()
export class BeginOrders {
  constructor(
    @Inject(PAYMENT_GATEWAY) private readonly gateway: PaymentGateway,
    @Inject(PAY_SETTINGS) private readonly settings: PaySettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOMNESS) private readonly randomness: Randomness,
  ) {}

  /** An order for a code under a new number of ours. Nothing is sent and nothing is saved yet. */
  prepare(ask: ScanCodeAsk): BeginOrder {
    return this.order(ask, 'scanCode', this.settings.codeMinutes * 60_000);
  }

  /** An order for a charge under a new number of ours. Nothing is sent and nothing is saved yet. */
  prepareBarCode(ask: ChargeAsk): BeginOrder {
    const order = this.order(ask, 'barCode', CHARGE_MS, ask.outTradeNo);
    return { ...order, wantedUntil: wantedUntil(ask.wantedUntilMs, this.clock) };
  }

  private order(ask: ScanCodeAsk, begunBy: BegunBy, lifeMs: number, givenNo?: string): BeginOrder {
    const nowMs = this.clock.nowMs();
    const outTradeNo = givenNo ?? newOutTradeNo(this.settings.tradePrefix, nowMs, this.randomness);
    // Alipay ends it by its own clock, and ours may be wrong.
    const channelNowMs = this.gateway.channelNowMs() ?? nowMs;
    const codeEndsAtMs = channelNowMs + lifeMs;
    const wanted: CodeOrder = {
      outTradeNo,
      amount: ask.amount,
      subject: ask.body,
      detail: ask.detail,
      clientIp: ask.clientIp,
      endsAtMs: codeEndsAtMs,
    };
    return {
      billType: ask.billType,
      billNo: ask.billNo,
      payType: ask.payType,
      amount: ask.amount,
      body: ask.body,
      detail: ask.detail,
      clientIp: ask.clientIp,
      cardNo: ask.cardNo,
      outTradeNo,
      begunBy,
      asker: ask.asker ?? NOBODY,
      ...(ask.cashiers && { cashiers: ask.cashiers }),
      channelCall:
        begunBy === 'barCode' ? this.gateway.preparePay(wanted) : this.gateway.prepareCode(wanted),
      codeEndsAtMs,
      channelNowMs,
      nowMs,
      leaseUntilMs: nowMs + leaseMs(this.settings),
      repeatGuardMs: this.settings.repeatGuardMs,
    };
  }
}
