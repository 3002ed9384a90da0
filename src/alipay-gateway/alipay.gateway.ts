import type { Logger } from '@nestjs/common';
import type {
  CancelOutcome,
  ChargeOutcome,
  CodeOrder,
  CodeOutcome,
  NotifyReading,
  PayOutcome,
} from '../domain/ports/payment-gateway';
import type { RefundGateway, RefundOrder } from '../domain/ports/refund-gateway';
import type { RefundAnswer, RefundQueryAnswer } from '../domain/refund/refund-answer';
import type { AlipayClient, AlipayFailure } from './call/alipay.client';
import { toCancelOutcome, toChargeOutcome, toCodeOutcome, toPayOutcome } from './alipay.mapper';
import type { NotifyReader } from './alipay.notify';
import {
  refundContent,
  refundQueryContent,
  toRefundAnswer,
  toRefundQueryAnswer,
} from './alipay.refund';
import type { TimedGateway, Unknown } from './resilience/timed-gateway';
import { prepareCall, preparePay, readPreparedCall, type OrderSettings } from './alipay.order';

/** The payment channel Alipay. */
export class AlipayGateway implements TimedGateway, RefundGateway {
  constructor(
    private readonly client: AlipayClient,
    private readonly notifies: NotifyReader,
    private readonly settings: OrderSettings,
    private readonly logger: Logger,
  ) {}

  prepareCode(order: CodeOrder): string {
    return prepareCall(order, this.settings);
  }

  async requestCode(preparedCall: string, timeoutMs?: number): Promise<CodeOutcome> {
    const { outTradeNo, call } = readPreparedCall(preparedCall);
    const reply = await this.client.call('alipay.trade.precreate', call, timeoutMs);
    if (reply.kind === 'failure') return this.doubtful('precreate', outTradeNo, reply);
    return this.noted('precreate', outTradeNo, toCodeOutcome(reply.answer, outTradeNo));
  }

  preparePay(order: CodeOrder): string {
    return preparePay(order, this.settings);
  }

  async pay(preparedPay: string, authCode: string, timeoutMs?: number): Promise<ChargeOutcome> {
    const { outTradeNo, call } = readPreparedCall(preparedPay);
    const bizContent = { ...call.bizContent, auth_code: authCode };
    const reply = await this.client.call('alipay.trade.pay', { ...call, bizContent }, timeoutMs);
    if (reply.kind === 'failure') return this.doubtful('pay', outTradeNo, reply);
    return this.noted('pay', outTradeNo, toChargeOutcome(reply.answer, outTradeNo));
  }

  async query(outTradeNo: string, timeoutMs?: number): Promise<PayOutcome> {
    const bizContent = { out_trade_no: outTradeNo };
    const reply = await this.client.call('alipay.trade.query', { bizContent }, timeoutMs);
    if (reply.kind === 'failure') return this.doubtful('query', outTradeNo, reply);
    const outcome = toPayOutcome(reply.answer, outTradeNo, reply.channelTimeMs);
    return this.noted('query', outTradeNo, outcome);
  }

  async cancel(outTradeNo: string, timeoutMs?: number): Promise<CancelOutcome> {
    const bizContent = { out_trade_no: outTradeNo };
    const reply = await this.client.call('alipay.trade.cancel', { bizContent }, timeoutMs);
    if (reply.kind === 'failure') return this.doubtful('cancel', outTradeNo, reply);
    return this.noted('cancel', outTradeNo, toCancelOutcome(reply.answer, outTradeNo));
  }

  async refund(order: RefundOrder, timeoutMs?: number): Promise<RefundAnswer> {
    const { outTradeNo } = order;
    const bizContent = refundContent(order);
    const reply = await this.client.call('alipay.trade.refund', { bizContent }, timeoutMs);
    if (reply.kind === 'failure') return this.doubtful('refund', outTradeNo, reply);
    return this.warned('refund', outTradeNo, toRefundAnswer(reply.answer, outTradeNo));
  }

  async refundQuery(
    outTradeNo: string,
    outRequestNo: string,
    timeoutMs?: number,
  ): Promise<RefundQueryAnswer> {
    const bizContent = refundQueryContent(outTradeNo, outRequestNo);
    const method = 'alipay.trade.fastpay.refund.query';
    const reply = await this.client.call(method, { bizContent }, timeoutMs);
    if (reply.kind === 'failure') return this.doubtful('refund query', outTradeNo, reply);
    const answer = toRefundQueryAnswer(reply.answer, outTradeNo, outRequestNo);
    return this.warned('refund query', outTradeNo, answer);
  }

  channelNowMs(): number | null {
    return this.client.channelNowMs();
  }

  readNotify(body: Uint8Array, contentType: string): NotifyReading {
    return this.notifies.read(body, contentType);
  }

  /** Closes the connections to Alipay; called by Nest at the very end. */
  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
  }

  private doubtful(
    operation: string,
    outTradeNo: string,
    { cause, sent, unverified, gatewayError }: AlipayFailure,
  ): { kind: 'unknown'; cause: string; sent: boolean; unverified: boolean } {
    if (gatewayError) this.logger.error(`${operation} ${outTradeNo}: ${cause}`);
    return this.noted(operation, outTradeNo, { kind: 'unknown', cause, sent, unverified });
  }

  /** Tells the operator of an answer that may be forged. */
  private warned<Outcome extends { readonly kind: string } | Unknown>(
    operation: string,
    outTradeNo: string,
    outcome: Outcome,
  ): Outcome {
    if ('unverified' in outcome && outcome.unverified) {
      this.logger.warn(`${operation} ${outTradeNo}: unverified answer: ${outcome.cause}`);
    }
    return outcome;
  }

  /** Tells the operator what needs one: answers that may be forged, and our own settings. */
  private noted<Outcome extends CodeOutcome | PayOutcome | CancelOutcome>(
    operation: string,
    outTradeNo: string,
    outcome: Outcome,
  ): Outcome {
    this.warned(operation, outTradeNo, outcome);
    if (outcome.kind === 'refused' && outcome.fault === 'configuration') {
      this.logger.error(`${operation} ${outTradeNo}: refused for our settings: ${outcome.cause}`);
    }
    return outcome;
  }
}
