import { KeyObject } from 'node:crypto';
import { AnswerNode } from '../answer';
import { Certificates } from '../../keys/key-certificates';
import { Account } from '../../keys/keys';
import { BillAnswer } from '../../bill/bills';
import { Order } from '../../ledger/trades';

/** What a method may look at and change. A rehearsal gives it a `save` that keeps nothing. */
export interface MethodWorld {
  readonly account: Account;
  readonly appPublicKey: KeyObject;
  /** Null: key mode. */
  readonly certificates: Certificates | null;
  /** Base of the codes' addresses, without a slash at the end. */
  readonly publicUrl: string;
  nowMs(): number;
  /** The merchant's account cannot pay money back now. */
  isBalanceShort(): boolean;
  /** Milliseconds after a refund before the refund query shows it. */
  refundVisibleMs(): number;
  find(outTradeNo: string): Order | undefined;
  findByTradeNo(tradeNo: string): Order | undefined;
  /** A link to the bill of a day `yyyy-MM-dd`, or why there is none. */
  bill(date: string): BillAnswer;
  /** Keeps a changed order; `cause` is for the reader of the journal. */
  save(order: Order, cause: string): void;
  /** A fresh, unguessable code. */
  newCode(): string;
  /** A fresh Alipay number, 28 digits that begin with the China date. */
  newTradeNo(): string;
}

/** A checked call. */
export interface MethodCall {
  readonly biz: Readonly<Record<string, unknown>>;
  readonly notifyUrl: string | null;
}

/** One method of Alipay: the node of its answer, or a thrown `Refusal`. */
export type MethodHandler = (call: MethodCall, world: MethodWorld) => AnswerNode;
