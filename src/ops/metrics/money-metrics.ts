import { Counter, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { BILL_TYPES } from '../../domain/bill';
import type { MoneyEvent } from '../../domain/receipt/money-event';
import { METRICS } from './metric-names';

/** From a guest with the phone in the hand to the end of a code, and late money. Seconds. */
const BUCKETS = [2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 300, 600, 1800, 7200];
const WAYS = ['refund', 'undo'] as const;

/** Money by system, as this process booked it since its start. */
export class MoneyMetrics {
  private readonly payments: Counter<'billtype'>;
  private readonly paidFen: Counter<'billtype'>;
  private readonly back: Counter<'billtype' | 'way'>;
  private readonly backFen: Counter<'billtype' | 'way'>;
  private readonly timeToPay: Histogram<'billtype' | 'begun_by'>;

  constructor(registry: Registry) {
    const registers = [registry];
    const ofSystem = { labelNames: ['billtype'] as const, registers };
    const ofWay = { labelNames: ['billtype', 'way'] as const, registers };
    const { payments, paidFen, moneyBack, moneyBackFen, timeToPay } = METRICS;
    this.payments = new Counter({ name: payments, help: 'Payments booked', ...ofSystem });
    this.paidFen = new Counter({ name: paidFen, help: 'Fen of those payments', ...ofSystem });
    const back = 'Times money went back: by refunds, or by a cancel';
    this.back = new Counter({ name: moneyBack, help: back, ...ofWay });
    this.backFen = new Counter({ name: moneyBackFen, help: 'Fen that went back', ...ofWay });
    this.timeToPay = new Histogram({
      name: timeToPay,
      help: "From a receipt's begin to its payment by Alipay's clock",
      labelNames: ['billtype', 'begun_by'],
      buckets: BUCKETS,
      registers,
    });
    this.beginAtNothing();
  }

  /** An undo of what nobody had paid moves no money, and is no figure here. */
  add({ kind, receipt, amount, atMs }: MoneyEvent): void {
    const { billType: billtype, payment, begunAtMs, begunBy } = receipt;
    if (kind === 'payment') {
      this.payments.inc({ billtype });
      this.paidFen.inc({ billtype }, amount);
      const seconds = ((payment?.paidAtMs ?? atMs) - begunAtMs) / 1000;
      this.timeToPay.observe({ billtype, begun_by: begunBy }, Math.max(0, seconds));
    } else if (amount > 0) {
      this.back.inc({ billtype, way: kind });
      this.backFen.inc({ billtype, way: kind }, amount);
    }
  }

  /** A series that begins with its first event has no increase to tell of. */
  private beginAtNothing(): void {
    for (const billtype of BILL_TYPES) {
      this.payments.inc({ billtype }, 0);
      this.paidFen.inc({ billtype }, 0);
      for (const way of WAYS) {
        this.back.inc({ billtype, way }, 0);
        this.backFen.inc({ billtype, way }, 0);
      }
    }
  }
}
