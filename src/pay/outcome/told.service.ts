import { Inject, Injectable, Logger } from '@nestjs/common';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { PAY_STATUS } from '../../domain/receipt/pay-status';
import { RECEIPT_REPOSITORIES } from '../../domain/ports/receipt-repository';
import type { ReceiptRepositories } from '../../domain/ports/receipt-repository';
import type { Sending } from '../../wire/operation/message';
import type { ReceiptStatus } from '../operations/query.service';

const TELLING: ReadonlySet<string> = new Set([
  PAY_STATUS.success.payStatus,
  PAY_STATUS.refunded.payStatus,
]);

/** Remembers which payments a till has been told of. */
@Injectable()
export class Told {
  private readonly logger = new Logger(Told.name);

  constructor(
    @Inject(RECEIPT_REPOSITORIES) private readonly repositories: ReceiptRepositories,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Notes it once the reply has been sent. A reply that is lost, or a note that fails, leaves the
   * payment untold: the till is then sent to it again, which is the safe side.
   */
  whenSent(status: ReceiptStatus, reply: Sending): void {
    const { receipt, payStatus } = status;
    if (receipt.toldAtMs !== null || !TELLING.has(payStatus)) return;
    reply.once('finish', () => {
      const books = this.repositories[receipt.billType];
      books.markTold(receipt.id, this.clock.nowMs()).catch((error: unknown) => {
        this.logger.warn(`receipt ${receipt.id} stays untold: ${String(error)}`);
      });
    });
  }
}
