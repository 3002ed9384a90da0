import { chinaTime } from '../../domain/china-time';
import type { BillType } from '../../domain/bill';
import { isSuperseded } from '../../domain/callback/callback-event';
import {
  FAILING_ALARM_MS,
  LONGEST_WAIT_MS,
  nextTryAt,
  WAITS_FOR_EARLIER_MS,
} from '../../domain/callback/delivery';
import { receiverSubject } from '../../domain/ports/alarm';
import type { AlarmKind } from '../../domain/ports/alarm';
import type {
  Callback,
  CallbackClaim,
  CallbackFigures,
  Callbacks,
  CallbackState,
  CallbackTry,
  FrozenBody,
  ListedCallback,
  ResendRange,
} from '../../domain/ports/callbacks';
import type { Receipt } from '../../domain/receipt/receipt';
import { insertAlarm } from '../books/booking';
import { selectReceipts, toReceipt } from '../books/receipt-row';
import type { ReceiptRow } from '../books/receipt-row';
import { holdBillOf } from '../sql/bill-lock';
import type { Database, Sql } from '../sql/database';
import { big, chars, int, longText, sql, text } from '../sql/sql';
import type { Statement } from '../sql/sql';
import { selectCallbacks, toCallback } from './callback-row';
import type { CallbackRow } from './callback-row';

/** How many callbacks get their numbers in one unit: while it lasts nobody else writes. */
const NUMBERED_AT_ONCE = 100;
/** A first try is due whatever the clocks say. */
const AT_ONCE = 0;
/** A due time further ahead comes from a clock set back. ms. */
const TOO_FAR_AHEAD_MS = 2 * LONGEST_WAIT_MS;

/** The outbox of all bill types, shared by all processes. */
export class CallbackStore implements Callbacks {
  constructor(private readonly database: Database) {}

  async number(billType: BillType): Promise<number> {
    const { top, limit } = this.database.dialect.first(NUMBERED_AT_ONCE);
    const { seek } = this.database.dialect;
    const unnumbered = sql`select ${top} id from callback${seek}
        where bill_type = ${chars(1, billType)} and seq = ${big(0)} order by id ${limit}`;
    // Mostly there is nothing, and then nobody is kept from writing.
    if ((await this.database.read.rows(unnumbered)).length === 0) return 0;
    return this.database.write('callbackNumbers', async (db) => {
      let seq = await this.holdReceiver(db, billType);
      const found = await db.rows<{ id: number | string }>(unnumbered);
      for (const { id } of found) {
        seq += 1;
        await db.change(sql`update callback set seq = ${big(seq)},
            state = ${text(12, 'waiting')}, due_at_ms = ${big(AT_ONCE)}
            where id = ${big(Number(id))} and seq = ${big(0)}`);
      }
      await db.change(sql`update callback_receiver set last_seq = ${big(seq)}
          where bill_type = ${chars(1, billType)}`);
      return found.length;
    });
  }

  async claimDue(claim: CallbackClaim): Promise<Callback[]> {
    const { billType, owner, nowMs, claimUntilMs, limit } = claim;
    const { top, limit: end } = this.database.dialect.first(limit);
    const { seek } = this.database.dialect;
    // Looked for outside the unit, as it may be long, and taken in it, by whoever is first.
    const due = await this.database.read.rows<{ id: number | string }>(
      sql`select ${top} c.id from callback c${seek}
          where c.bill_type = ${chars(1, billType)} and c.due_at_ms <= ${big(nowMs)} and `.with(
        isFree(claim),
      ).with(sql` and (c.written_at_ms <= ${big(nowMs - WAITS_FOR_EARLIER_MS)}
          or not exists (select 1 from callback e${seek}
            where e.receipt_row_id = c.receipt_row_id and e.seq < c.seq and e.seq > ${big(0)}
            and e.due_at_ms is not null))
          order by c.due_at_ms, c.seq ${end}`),
    );
    if (due.length === 0) return [];
    const taken = await this.database.write('callbackClaim', async (db) => {
      let changed = 0;
      for (const { id } of due) {
        changed += await db.change(
          sql`update callback set claimed_by = ${text(40, owner)},
              claim_until_ms = ${big(claimUntilMs)} where id = ${big(Number(id))}
              and due_at_ms <= ${big(nowMs)} and `.with(isFree(claim)),
        );
      }
      return changed;
    });
    if (taken === 0) return [];
    const ids = due.map(({ id }) => Number(id));
    const mine = await Promise.all(ids.map((id) => this.heldBy(owner, id)));
    return mine.flat();
  }

  beginTry(
    callback: Callback,
    claim: CallbackClaim,
    write: (callback: Callback, receipt: Receipt) => FrozenBody,
    nowMs: number,
  ): Promise<Callback | null> {
    return this.database.write('callbackTry', async (db) => {
      await holdBillOf(db, this.database.dialect, callback.receiptRowId);
      const receipt = await this.receipt(db, callback.receiptRowId);
      if (callback.body === null && isSuperseded(callback.type, receipt)) {
        await db.change(
          sql`update callback set `.with(ends('superseded', nowMs)).with(held(callback, claim)),
        );
        return null;
      }
      const body = callback.body ?? write(callback, receipt);
      const tries = callback.tries + 1;
      const counted = await db.change(
        sql`update callback set tries = ${int(tries)}, body = ${longText(body.text)},
            format = ${text(4, body.format)}`.with(held(callback, claim)),
      );
      return counted === 1 ? { ...callback, tries, body } : null;
    });
  }

  endTry(
    callback: Callback,
    claim: CallbackClaim,
    made: CallbackTry,
    nowMs: number,
  ): Promise<CallbackState> {
    return this.database.write('callbackTried', async (db) => {
      await this.noteReceiver(db, callback, made, nowMs);
      await db.change(sql`insert into callback_try (callback_id, at_ms, duration_ms, http_status,
          verdict, answer) values (${big(callback.id)}, ${big(made.atMs)},
          ${big(made.durationMs)}, ${int(made.status)}, ${text(12, made.verdict.kind)},
          ${text(200, made.answer.slice(0, 200))})`);
      if (made.verdict.kind === 'taken') {
        // Whoever else holds it by now: it has been taken.
        await db.change(
          sql`update callback set `
            .with(ends('taken', nowMs))
            .with(sql` where id = ${big(callback.id)} and state = ${text(12, 'waiting')}`),
        );
        return 'taken';
      }
      const { tries } = callback;
      const asked = made.verdict.kind === 'failed' ? made.verdict.askedMs : 0;
      const refused = made.verdict.kind === 'refused';
      const dueAtMs = refused ? null : nextTryAt(tries, asked, made.fraction, nowMs);
      if (dueAtMs !== null) {
        await db.change(
          sql`update callback set due_at_ms = ${big(dueAtMs)}, claim_until_ms = ${big(0)}`.with(
            held(callback, claim),
          ),
        );
        return 'waiting';
      }
      const ended = await db.change(
        sql`update callback set `.with(ends('givenUp', nowMs)).with(held(callback, claim)),
      );
      const why = refused ? 'refused for good (410)' : `given up after ${tries} tries`;
      const detail = `${callback.type} ${callback.eventId}, seq ${callback.seq}: ${why}`;
      if (ended === 1) await this.alarm(db, callback.billType, 'callbackGivenUp', detail, nowMs);
      return 'givenUp';
    });
  }

  async release(callback: Callback, claim: CallbackClaim): Promise<void> {
    await this.database.write('callbackRelease', (db) =>
      db.change(sql`update callback set claim_until_ms = ${big(0)}`.with(held(callback, claim))),
    );
  }

  async wake(billType: BillType, nowMs: number): Promise<void> {
    await this.database.write('callbackWake', (db) =>
      db.change(sql`update callback set due_at_ms = ${big(nowMs)}
          where bill_type = ${chars(1, billType)}
          and due_at_ms > ${big(nowMs + TOO_FAR_AHEAD_MS)}`),
    );
  }

  async figures(billTypes: readonly BillType[]): Promise<CallbackFigures[]> {
    const { seek } = this.database.dialect;
    return Promise.all(
      billTypes.map(async (billType) => {
        const [row] = await this.database.read.rows<{ number: Big; oldest: Big | null }>(
          sql`select count(*) as number, min(written_at_ms) as oldest from callback${seek}
              where bill_type = ${chars(1, billType)} and due_at_ms is not null`,
        );
        const oldestAtMs = numberOrNull(row?.oldest);
        return { billType, waiting: Number(row?.number ?? 0), oldestAtMs };
      }),
    );
  }

  resend({ billType, fromSeq, toSeq, sinceMs }: ResendRange): Promise<number> {
    return this.database.write('callbackResend', (db) =>
      db.change(sql`update callback set state = ${text(12, 'waiting')}, tries = ${int(0)},
          due_at_ms = ${big(AT_ONCE)}, claim_until_ms = ${big(0)}, ended_at_ms = ${big(null)}
          where bill_type = ${chars(1, billType)} and seq >= ${big(fromSeq)}
          and seq <= ${big(toSeq)} and seq > ${big(0)} and written_at_ms >= ${big(sinceMs)}
          and due_at_ms is null`),
    );
  }

  async listAfter(billType: BillType, afterSeq: number, limit: number): Promise<ListedCallback[]> {
    const { dialect, read } = this.database;
    const { top, limit: end } = dialect.first(limit);
    const range = sql`c.bill_type = ${chars(1, billType)} and c.seq > ${big(afterSeq)}`;
    const rows = await read.rows<CallbackRow>(
      selectCallbacks(dialect, top)
        .with(sql`where `)
        .with(range)
        .with(sql` order by c.seq ${end}`),
    );
    const last = rows.at(-1);
    if (!last) return [];
    const found = await read.rows<ReceiptRow>(
      selectReceipts(dialect)
        .with(sql`where r.id in (select c.receipt_row_id from callback c${dialect.seek} where `)
        .with(range)
        .with(sql` and c.seq <= ${big(Number(last.seq))})`),
    );
    const receipts = new Map(found.map((row) => [Number(row.id), toReceipt(row)]));
    return rows.map((row) => {
      const receipt = receipts.get(Number(row.receipt_row_id));
      if (!receipt) throw new Error(`no receipt ${row.receipt_row_id}`);
      return { ...toCallback(row), receipt };
    });
  }

  async lastSeq(billType: BillType): Promise<number> {
    const [row] = await this.database.read.rows<{ last_seq: Big }>(lastSeqOf(billType));
    return Number(row?.last_seq ?? 0);
  }

  /** Locks the receiver's row until the unit ends; gives its last number. */
  private async holdReceiver(db: Sql, billType: BillType): Promise<number> {
    await db.change(sql`update callback_receiver set last_seq = last_seq
        where bill_type = ${chars(1, billType)}`);
    const [row] = await db.rows<{ last_seq: Big }>(lastSeqOf(billType));
    if (!row) throw new Error(`no receiver of bill type ${billType}`);
    return Number(row.last_seq);
  }

  /** Since when a receiver has taken nothing; after an hour a human is told, once. */
  private async noteReceiver(
    db: Sql,
    { billType }: Callback,
    made: CallbackTry,
    nowMs: number,
  ): Promise<void> {
    const key = sql` where bill_type = ${chars(1, billType)}`;
    if (made.verdict.kind !== 'failed') {
      await db.change(
        sql`update callback_receiver set failing_since_ms = ${big(null)}`
          .with(key)
          .with(sql` and failing_since_ms is not null`),
      );
      return;
    }
    await db.change(
      sql`update callback_receiver set failing_since_ms = ${big(made.atMs)}`
        .with(key)
        .with(sql` and (failing_since_ms is null or failing_since_ms > ${big(made.atMs)})`),
    );
    const [row] = await db.rows<{ since: Big | null }>(
      sql`select failing_since_ms as since from callback_receiver`.with(key),
    );
    const since = Number(row?.since ?? nowMs);
    if (nowMs - since < FAILING_ALARM_MS) return;
    const answer = made.answer === '' ? '' : `: ${made.answer}`;
    const detail = `takes no callbacks since ${chinaTime(since)}${answer}`;
    await this.alarm(db, billType, 'receiverFailing', detail, nowMs);
  }

  private alarm(
    db: Sql,
    billType: BillType,
    kind: AlarmKind,
    detail: string,
    nowMs: number,
  ): Promise<void> {
    const alarm = { subject: receiverSubject(billType), kind, detail, nowMs };
    return insertAlarm(db, this.database.dialect, alarm);
  }

  private async heldBy(owner: string, id: number): Promise<Callback[]> {
    const { dialect, read } = this.database;
    const mine = sql`where c.id = ${big(id)} and c.claimed_by = ${text(40, owner)}`;
    return (await read.rows<CallbackRow>(selectCallbacks(dialect).with(mine))).map(toCallback);
  }

  private async receipt(db: Sql, id: number): Promise<Receipt> {
    const where = sql`where r.id = ${big(id)}`;
    const [row] = await db.rows<ReceiptRow>(selectReceipts(this.database.dialect).with(where));
    if (!row) throw new Error(`no receipt ${id}`);
    return toReceipt(row);
  }
}

/** A whole number as the drivers give it. */
type Big = number | string;

function numberOrNull(value: Big | null | undefined): number | null {
  return value === null || value === undefined ? null : Number(value);
}

function lastSeqOf(billType: BillType): Statement {
  return sql`select last_seq from callback_receiver where bill_type = ${chars(1, billType)}`;
}

/** Nobody holds it: a claim that ends later than any can comes from a clock set back. */
function isFree({ nowMs, claimUntilMs }: CallbackClaim): Statement {
  const longest = nowMs + 2 * (claimUntilMs - nowMs);
  return sql`(claim_until_ms <= ${big(nowMs)} or claim_until_ms > ${big(longest)})`;
}

/** The callback as its claim holds it, before anything else happened to it. */
function held({ id, tries }: Callback, { owner }: CallbackClaim): Statement {
  return sql` where id = ${big(id)} and claimed_by = ${text(40, owner)} and tries = ${int(tries)}
      and state = ${text(12, 'waiting')}`;
}

function ends(state: CallbackState, nowMs: number): Statement {
  return sql`state = ${text(12, state)}, due_at_ms = ${big(null)}, claim_until_ms = ${big(0)},
      ended_at_ms = ${big(nowMs)}`;
}
