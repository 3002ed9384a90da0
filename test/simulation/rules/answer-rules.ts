import type { Checker } from './checker';
import type { Row } from '../store/books';
import type { Ask, Reply } from '../world/service-process';
import { yuan } from './book-rules';

/** The states that justify each word to a till. */
const WORDS: Readonly<Record<string, (row: Row) => boolean>> = {
  SUCCESS: (row) => row.state === 'paid' && row.duplicate === 0 && row.refunded_fen === 0,
  NOTPAY: (row) =>
    row.begun_by === 'scanCode' && (row.state === 'begun' || row.state === 'waiting'),
  USERPAYING: (row) => row.state === 'begun' || row.state === 'waiting',
  CLOSED: (row) => row.state === 'closed',
  REVOKED: (row) => row.state === 'cancelled',
  REFUND: (row) =>
    row.state === 'refunding' ||
    row.state === 'refunded' ||
    (row.state === 'paid' && (row.duplicate === 1 || row.refunded_fen > 0)),
  PAYERROR: (row) => row.state === 'failed',
};

/** A code given to a till lives at least so long: two minutes, less what a slow answer takes. */
const LEAST_CODE_LEFT_MS = 75_000;

/** What Cancel may answer with errcode 0. */
const UNDONE: ReadonlySet<string> = new Set(['REVOKED', 'CLOSED', 'REFUND', 'PAYERROR']);

/** Invariant 1 and the promises about codes: what tills are told. */
export class AnswerRules {
  /** Receipts whose payment was put into a reply that was sent. */
  private readonly told_ = new Set<number>();
  /** How each receipt stood, and until when. */
  private readonly past = new Map<number, { row: Row; untilSeq: number; change: number }[]>();
  /** How many commits have changed receipts. */
  private changes = 0;
  private readonly asked = new Map<Ask, number>();

  constructor(private readonly checker: Checker) {}

  wasTold(id: number): boolean {
    return this.told_.has(id);
  }

  received(ask: Ask): void {
    this.asked.set(ask, this.checker.world.tick());
  }

  committed(before: ReadonlyMap<number, Row>): void {
    if (before === this.checker.books.receipts) return;
    this.changes += 1;
    for (const row of this.checker.books.receipts.values()) {
      const old = before.get(row.id);
      if (!old || old === row) continue;
      const past = this.past.get(row.id) ?? [];
      past.push({ row: old, untilSeq: this.checker.world.tick(), change: this.changes });
      this.past.set(row.id, past);
    }
  }

  /** An answer leaves the service. */
  told(ask: Ask, reply: Reply): void {
    if (reply.errcode === 40901) return this.alreadyPaid(ask, reply);
    if (reply.errcode !== 0) return;
    const row = this.checker.named({ ...ask, autoid: reply.tag?.['autoid'] ?? '' });
    if (!row) return this.checker.fail('1', 'an answer about a receipt that is not there');
    if (ask.operation === 'scanCode') this.code(ask, reply, row);
    else this.status(ask, reply, row);
  }

  /** The answer was handed to the network. */
  sent(ask: Ask, reply: Reply): void {
    const word = reply.tag?.['paystatus'];
    if (reply.errcode !== 0 || (word !== 'SUCCESS' && word !== 'REFUND')) return;
    const row = this.checker.named({ ...ask, autoid: reply.tag?.['autoid'] ?? '' });
    if (row) this.told_.add(row.id);
  }

  private code(ask: Ask, reply: Reply, row: Row): void {
    const { checker } = this;
    const url = reply.tag?.['codeurl'] ?? null;
    const fail = (invariant: string, what: string): void =>
      checker.fail(invariant, `code of receipt ${row.id}: ${what}`);
    const trade = url === null ? undefined : checker.far.byQrCode(url);
    if (!trade || trade.outTradeNo !== row.out_trade_no) return fail('6', 'is not its own');
    checker.channel.handedOut.add(row.out_trade_no);
    const leftMs = trade.codeEndsAtMs - checker.world.nowMs;
    if (trade.stage === 'code' && leftMs < LEAST_CODE_LEFT_MS && !checker.time.clockJumped) {
      fail('replay', `it lives ${leftMs} ms more`);
    }
    if (yuan(row.amount_fen) !== ask.paymentvalue) fail('4', `asked ${ask.paymentvalue}`);
    if (row.card_no !== ask.cardno) fail('4', `card ${row.card_no}, asked ${ask.cardno}`);
    if (!this.was(ask, row, ({ state, qr_code }) => state === 'waiting' && qr_code === url)) {
      fail('6', `handed out while ${row.state}`);
    }
    if (row.state !== 'waiting' && !this.justMoved(row)) fail('6', `handed out ${row.state}`);
    for (const other of checker.books.receipts.values()) {
      // A refund may be refused, and its payment stays.
      const holdsMoney = other.state === 'paid' || other.state === 'refunding';
      if (other.bill_id !== row.bill_id || !holdsMoney || other.duplicate === 1) continue;
      if (other.told_at_ms === null && !this.justMoved(other)) {
        fail('untold', `receipt ${other.id} is ${other.state} and nobody knows`);
      }
    }
  }

  private status(ask: Ask, reply: Reply, row: Row): void {
    const { checker } = this;
    const word = reply.tag?.['paystatus'] ?? '';
    const justifies = WORDS[word];
    if (!justifies) return checker.fail('1', `paystatus ${word}`);
    if (ask.operation === 'barCode') this.charged(ask, reply, row);
    if (ask.operation === 'cancel' && !UNDONE.has(word)) {
      checker.fail('undo', `Cancel of receipt ${row.id} answers ${word}`);
    }
    if (word === 'SUCCESS') {
      checker.channel.success(row.out_trade_no);
      if (!justifies(row)) checker.fail('1', `SUCCESS while receipt ${row.id} is ${row.state}`);
      const trade = checker.far.find(row.out_trade_no);
      if (trade?.paidAtMs === null) checker.fail('1', `SUCCESS for ${row.id}, nothing was paid`);
    } else if (!this.was(ask, row, justifies)) {
      checker.fail('1', `${word} while receipt ${row.id} is ${row.state}`);
    }
  }

  /** A charge's answer is about the receipt this very request charged. */
  private charged(ask: Ask, reply: Reply, row: Row): void {
    const { checker } = this;
    if (checker.channel.chargedAs(ask.barcode) !== row.out_trade_no) {
      checker.fail('charge', `BarCode answers for receipt ${row.id}, which is another charge`);
    }
    if (yuan(row.amount_fen) !== ask.paymentvalue) checker.fail('4', `asked ${ask.paymentvalue}`);
    if (row.card_no !== ask.cardno) checker.fail('4', `card ${row.card_no}, asked ${ask.cardno}`);
    if (reply.tag?.['paystatus'] === 'NOTPAY') checker.fail('charge', 'NOTPAY for a charge');
  }

  private alreadyPaid(ask: Ask, reply: Reply): void {
    const autoid = reply.tag?.['autoid'] ?? '';
    const paid = [...this.checker.books.receipts.values()].some(
      (row) => row.receipt_id === autoid && row.trade_no !== null && row.bill_type === ask.billtype,
    );
    if (!paid) this.checker.fail('1', `40901 names ${autoid}, which is not paid`);
  }

  /** Did the receipt stand so at any moment since the request arrived? */
  private was(ask: Ask, row: Row, stood: (row: Row) => boolean): boolean {
    if (stood(row)) return true;
    const since = this.asked.get(ask) ?? 0;
    return (this.past.get(row.id) ?? []).some((past) => past.untilSeq >= since && stood(past.row));
  }

  /** Did the last commit, in this very event, move it? */
  private justMoved(row: Row): boolean {
    const { lastCommitEvent, world } = this.checker;
    const last = this.past.get(row.id)?.at(-1);
    if (lastCommitEvent !== world.events || last?.change !== this.changes) return false;
    return last.row.state !== row.state;
  }
}
