import { Inject, Injectable } from '@nestjs/common';
import { MONEY_NEWS } from '../health/health';
import type { MoneyNews } from '../health/health';
import { traceUnderWay } from '../tracing/trace-id';
import { ServiceLog } from './log/service-log';
import { ServiceMetrics } from './metrics/service-metrics';

/** Writes the line and counts the figures of all money that moved. */
@Injectable()
export class MoneyRecorder {
  constructor(@Inject(MONEY_NEWS) news: MoneyNews, log: ServiceLog, metrics: ServiceMetrics) {
    news.listen((event) => {
      metrics.money.add(event);
      const { kind, receipt, amount, atMs, requestId } = event;
      const traceId = traceUnderWay() ?? event.traceId;
      const { billType, billNo, receiptId, payment, state, begunAtMs } = receipt;
      log.money(kind, {
        billtype: billType,
        billnum: billNo,
        autoid: receiptId,
        ...(payment === null ? {} : { trade: payment.tradeNo }),
        fen: amount,
        state,
        ms: atMs - begunAtMs,
        ...(requestId === null ? {} : { id: requestId }),
        ...(traceId === null ? {} : { trace_id: traceId }),
      });
    });
  }
}
