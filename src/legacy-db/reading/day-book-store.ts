import { isBillType } from '../../domain/bill';
import type { BillType } from '../../domain/bill';
import { fen } from '../../domain/money';
import type {
  DayBook,
  HourOfDay,
  RepeatedPayment,
  SystemDay,
} from '../../domain/reading/day-figures';
import type { Database } from '../sql/database';
import type { Statement } from '../sql/sql';
import { big, int, sql, text } from '../sql/sql';
import { inBillTypes } from './bill-type-list';

type Big = number | string;

interface TypeRow {
  bill_type: string;
  number: Big;
  fen: Big | null;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MOST_REPEATS = 20;

const HAVE_PAYMENTS = ['paid', 'refunding', 'refunded'];
const HAVE_ENDED = [...HAVE_PAYMENTS, 'closed', 'cancelled', 'failed'];

/** What days came to, counted by the database. */
export class DayBookStore implements DayBook {
  constructor(private readonly database: Database) {}

  async systems(billTypes: readonly BillType[], fromMs: number): Promise<SystemDay[]> {
    const [begun, paid, back, open] = await Promise.all([
      this.begun(billTypes, fromMs),
      this.byType(
        sql`select bill_type, count(*) as number, sum(paid_fen) as fen from receipt
          where bill_type`
          .with(inBillTypes(billTypes))
          .with(paidOn(fromMs)),
      ),
      this.byType(
        // From the receipts of which money went back: there is an index of these alone.
        sql`select bill_type, count(*) as number, sum(amount_fen) as fen from
          (select coalesce(r.bill_type, ${text(1, '')}) as bill_type, e.amount_fen
          from receipt r cross join receipt_event e
          where e.receipt_row_id = r.id and r.refunded_fen > 0
          and e.event in (${text(30, 'refundInPart')}, ${text(30, 'refundInFull')})
          and e.at_ms >= ${big(fromMs)} and e.at_ms < ${big(fromMs + DAY_MS)}) b
          where bill_type`
          .with(inBillTypes(billTypes))
          .with(sql` group by bill_type`),
      ),
      this.byType(
        sql`select bill_type, count(*) as number, sum(amount_fen) as fen from receipt
          where due_at_ms is not null and state in (${text(12, 'begun')}, ${text(12, 'waiting')},
          ${text(12, 'cancelling')}, ${text(12, 'refunding')}) and bill_type`
          .with(inBillTypes(billTypes))
          .with(sql` group by bill_type`),
      ),
    ]);
    return billTypes.map((billType) => {
      const [day, payments, refunds] = [
        begun.get(billType),
        paid.get(billType),
        back.get(billType),
      ];
      return {
        billType,
        begun: day?.begun ?? 0,
        begunPaid: day?.paid ?? 0,
        begunEnded: day?.ended ?? 0,
        payments: payments?.number ?? 0,
        paid: fen(payments?.fen ?? 0),
        refunds: refunds?.number ?? 0,
        refunded: fen(refunds?.fen ?? 0),
        open: open.get(billType)?.number ?? 0,
      };
    });
  }

  async hours(billTypes: readonly BillType[], fromMs: number): Promise<HourOfDay[]> {
    const rows = await this.database.read.rows<{ hour: Big; number: Big; fen: Big }>(
      // The hour is worked out inside: what is grouped by must have no values in it.
      sql`select hour, count(*) as number, sum(paid_fen) as fen from
          (select cast((paid_at_ms - ${big(fromMs)}) / ${big(HOUR_MS)} as bigint) as hour, paid_fen
          from receipt
          where bill_type`.with(inBillTypes(billTypes))
        .with(sql` and paid_at_ms >= ${big(fromMs)} and paid_at_ms < ${big(fromMs + DAY_MS)}) h
          group by hour order by hour`),
    );
    return rows.map((row) => ({
      hour: Math.floor(Number(row.hour)),
      payments: Number(row.number),
      paid: fen(Number(row.fen)),
    }));
  }

  async medianSeconds(billTypes: readonly BillType[], fromMs: number): Promise<number | null> {
    const rows = await this.database.read.rows<{ waited: Big; number: Big }>(
      sql`select waited, count(*) as number from
          (select cast((paid_at_ms - begun_at_ms) / ${big(1_000)} as bigint) as waited from receipt
          where bill_type`.with(inBillTypes(billTypes))
        .with(sql` and paid_at_ms >= ${big(fromMs)} and paid_at_ms < ${big(fromMs + DAY_MS)}) w
          group by waited order by waited`),
    );
    const all = rows.reduce((sum, { number }) => sum + Number(number), 0);
    let seen = 0;
    for (const { waited, number } of rows) {
      seen += Number(number);
      // Alipay's clock tells whole seconds, and may be behind ours.
      if (seen * 2 >= all) return Math.max(0, Math.floor(Number(waited)));
    }
    return null;
  }

  async repeats(billTypes: readonly BillType[], fromMs: number): Promise<RepeatedPayment[]> {
    const { top, limit } = this.database.dialect.first(MOST_REPEATS);
    interface Row {
      bill_type: string;
      bill_no: string;
      paid_fen: Big;
      number: Big;
    }
    const rows = await this.database.read.rows<Row>(
      sql`select ${top} bill_type, min(bill_no) as bill_no, paid_fen, count(*) as number
          from receipt where bill_type`.with(inBillTypes(billTypes))
        .with(sql` and paid_at_ms >= ${big(fromMs)} and paid_at_ms < ${big(fromMs + DAY_MS)}
          and state = ${text(12, 'paid')} and duplicate = ${int(0)}
          group by bill_type, bill_id, paid_fen having count(*) > 1 order by bill_id ${limit}`),
    );
    return rows.flatMap((row) => {
      if (!isBillType(row.bill_type)) return [];
      const amount = fen(Number(row.paid_fen));
      return [{ billType: row.bill_type, billNo: row.bill_no, amount, times: Number(row.number) }];
    });
  }

  private async begun(billTypes: readonly BillType[], fromMs: number) {
    const rows = await this.database.read.rows<{ bill_type: string; state: string; number: Big }>(
      // What is grouped by is worked out inside: an index of that order would be read as a whole.
      sql`select bill_type, state, count(*) as number from
          (select bill_type, coalesce(state, ${text(12, '')}) as state
          from receipt where bill_type`.with(inBillTypes(billTypes))
        .with(sql` and begun_at_ms >= ${big(fromMs)} and begun_at_ms < ${big(fromMs + DAY_MS)}) b
          group by bill_type, state`),
    );
    const days = new Map<string, { begun: number; paid: number; ended: number }>();
    for (const { bill_type: billType, state, number } of rows) {
      const day = days.get(billType) ?? { begun: 0, paid: 0, ended: 0 };
      const count = Number(number);
      days.set(billType, {
        begun: day.begun + count,
        paid: day.paid + (HAVE_PAYMENTS.includes(state) ? count : 0),
        ended: day.ended + (HAVE_ENDED.includes(state) ? count : 0),
      });
    }
    return days;
  }

  private async byType(
    statement: Statement,
  ): Promise<Map<string, { number: number; fen: number }>> {
    const rows = await this.database.read.rows<TypeRow>(statement);
    return new Map(
      rows.map((row) => [row.bill_type, { number: Number(row.number), fen: Number(row.fen ?? 0) }]),
    );
  }
}

function paidOn(fromMs: number): Statement {
  return sql` and paid_at_ms >= ${big(fromMs)} and paid_at_ms < ${big(fromMs + DAY_MS)}
      group by bill_type`;
}
