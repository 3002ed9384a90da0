import { Inject, Injectable } from '@nestjs/common';
import { ACTS } from '../../domain/access/acts';
import type { Acts } from '../../domain/access/acts';
import type { BillType } from '../../domain/bill';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import type { Asker } from '../../domain/receipt/by';

/** What is about to be done, and to what. */
export interface IntendedAct {
  /** A word such as `revokeKey`, at most 30. */
  readonly kind: string;
  readonly subject: string;
  readonly billType?: BillType;
  readonly detail?: string;
}

/** Writes down what is done at the console, before it is done. */
@Injectable()
export class ActLog {
  constructor(
    @Inject(ACTS) private readonly acts: Acts,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Durable when it resolves. @throws PayError DATABASE_UNAVAILABLE: then nothing may be done */
  async note(act: IntendedAct, { actor, requestId }: Asker): Promise<void> {
    const { kind, subject, billType = null, detail = '' } = act;
    const atMs = this.clock.nowMs();
    await this.acts.note({ atMs, actor: actor ?? '', kind, subject, billType, detail, requestId });
  }
}
