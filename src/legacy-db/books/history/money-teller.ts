import { Logger } from '@nestjs/common';
import { moneyEvents } from '../../../domain/receipt/money-event';
import type { MoneyEvent } from '../../../domain/receipt/money-event';
import type { Origin } from '../../../domain/ports/receipt-repository';
import type { Receipt } from '../../../domain/receipt/receipt';
import type { MoneyNews } from '../../../health/health';

/** Tells who listens what a unit of work has moved: once the unit is durable, never before. */
export class MoneyTeller implements MoneyNews {
  private readonly logger = new Logger('Books');
  private readonly listeners: ((event: MoneyEvent) => void)[] = [];

  listen(hear: (event: MoneyEvent) => void): void {
    this.listeners.push(hear);
  }

  /** The receipt as the unit found it, and as it left it. Never throws: the money has moved. */
  booked(first: Receipt, last: Receipt, origin: Origin): void {
    for (const event of moneyEvents(first, last, origin)) {
      for (const hear of this.listeners) this.tell(hear, event);
    }
  }

  private tell(hear: (event: MoneyEvent) => void, event: MoneyEvent): void {
    try {
      hear(event);
    } catch (error) {
      this.logger.error(error);
    }
  }
}
