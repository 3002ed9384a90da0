import type { BillType } from '../bill';
import type { Fen } from '../money';
import type { GivenUp, RefundCause, RefundState } from '../refund/refund';

/** A refund as the list of those that need a look has it. */
export interface ListedRefund {
  readonly id: number;
  readonly receiptRowId: number;
  readonly billType: BillType;
  readonly billNo: string;
  readonly amount: Fen;
  readonly state: RefundState;
  readonly cause: RefundCause;
  readonly queuedAtMs: number;
  /** When it was refused for good, epoch ms; null: it is not decided. */
  readonly endedAtMs: number | null;
  readonly tries: number;
  /** What Alipay said last, in its own word; null: nothing yet. */
  readonly lastWord: string | null;
  /** Why it is sent no more; null: it is sent. */
  readonly givenUp: GivenUp | null;
  /** What a duplicate is owed, under the batch that no caller can send. */
  readonly isOwed: boolean;
}

/** Refunds as people look at them. Nothing is changed. @throws PayError DATABASE_UNAVAILABLE */
export interface RefundBook {
  /**
   * Those that are not decided, the newest first, and behind them those that were refused for good
   * since an instant, epoch ms.
   */
  unsettled(
    billTypes: readonly BillType[],
    refusedSinceMs: number,
    most: number,
  ): Promise<ListedRefund[]>;
  /** One of them by its id; null: there is none, or it is of another system. */
  find(billTypes: readonly BillType[], id: number): Promise<ListedRefund | null>;
}

/** Injection token of the `RefundBook`. */
export const REFUND_BOOK = Symbol('RefundBook');
