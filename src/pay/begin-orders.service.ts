import { Inject, Injectable } from '@nestjs/common';
import type { BillType } from '../domain/bill';
import { CLOCK, RANDOMNESS } from '../domain/clock';
import type { Clock, Randomness } from '../domain/clock';
import type { Fen } from '../domain/money';
import { PAYMENT_GATEWAY } from '../domain/payment-gateway';
import type { PaymentGateway } from '../domain/payment-gateway';
import type { BeginOrder } from '../domain/receipt-repository';
import { newOutTradeNo } from './out-trade-no';
import { PAY_SETTINGS, leaseMs } from './pay-settings';
import type { PaySettings } from './pay-settings';

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

  /** An order under a new number of ours. Nothing is sent and nothing is saved yet. */
  prepare(ask: ScanCodeAsk): BeginOrder {
    const nowMs = this.clock.nowMs();
    const outTradeNo = newOutTradeNo(nowMs, this.randomness);
    const codeEndsAtMs = nowMs + this.settings.codeMinutes * 60_000;
    const precreateCall = this.gateway.prepareCode({
      outTradeNo,
      amount: ask.amount,
      subject: ask.body,
      detail: ask.detail,
      clientIp: ask.clientIp,
      endsAtMs: codeEndsAtMs,
    });
    return {
      ...ask,
      outTradeNo,
      precreateCall,
      codeEndsAtMs,
      nowMs,
      leaseUntilMs: nowMs + leaseMs(this.settings),
      repeatGuardMs: this.settings.repeatGuardMs,
    };
  }
}
