import { Secret } from '../../src/config/reading/secret';
import { systemClock, systemRandomness } from '../../src/config/system-clock';
import type { BillType } from '../../src/domain/bill';
import { openMssql } from '../../src/legacy-db/sqlserver/open-mssql';
import { Fragment, big, sql, text } from '../../src/legacy-db/sql/sql';
import type { Statement } from '../../src/legacy-db/sql/sql';
import type { TestConnection, TestDatabase } from '../support/books/mssql-server';
import { connect, freshDatabase } from '../support/books/mssql-server';
import type { FreshBooks, Inspect, SystemRow } from './books';
import { storesOf } from './books';
import { ALL_TABLES, SYSTEM_TABLES } from './books-inspect';

/** Looks into a database of SQL Server through a connection of its own. */
export class MssqlInspect implements Inspect {
  constructor(private readonly connection: TestConnection) {}

  async systemRow(billType: BillType, outTradeNo: string): Promise<SystemRow | null> {
    const table = new Fragment(SYSTEM_TABLES[billType]);
    const card = new Fragment(
      billType === '7'
        ? 'cardno, convert(nvarchar(30), heldvalue) as heldvalue'
        : 'null as cardno, null as heldvalue',
    );
    const [row] = await this.query<SystemRow>(sql`select autoid, billnum, paytype, body, detail,
        clientip, ${card}, result, tradeno, buyer,
        convert(nvarchar(30), paymentvalue) as paymentvalue,
        convert(nvarchar(30), receiptvalue) as receiptvalue,
        convert(nvarchar(30), refundvalue) as refundvalue,
        convert(nvarchar(19), begunat, 120) as begunat,
        convert(nvarchar(19), paidat, 120) as paidat
        from dbo.${table} where outtradeno = ${text(64, outTradeNo)}`);
    return row ?? null;
  }

  async cardBalance(cardNo: string): Promise<string | null> {
    const [row] = await this.query<{ balance: string }>(
      sql`select convert(nvarchar(30), balance) as balance from dbo.card_balance
          where cardno = ${text(20, cardNo)}`,
    );
    return row?.balance ?? null;
  }

  async events(receiptRowId: number): Promise<string[]> {
    const rows = await this.query<{ event: string; state: string }>(
      sql`select event, state from receipt_event
          where receipt_row_id = ${big(receiptRowId)} order by id`,
    );
    return rows.map(({ event, state }) => `${event} ${state}`);
  }

  async alarms(receiptRowId: number): Promise<string[]> {
    const rows = await this.query<{ kind: string }>(
      sql`select kind from alarm where receipt_row_id = ${big(receiptRowId)} order by id`,
    );
    return rows.map(({ kind }) => kind);
  }

  async refunds(receiptRowId: number): Promise<string[]> {
    type Refund = { batch_no: string; amount_fen: string; state: string };
    const rows = await this.query<Refund>(
      sql`select batch_no, amount_fen, state from refund
          where receipt_row_id = ${big(receiptRowId)} order by id`,
    );
    return rows.map((row) => `${row.batch_no} ${row.amount_fen} ${row.state}`);
  }

  async countRows(): Promise<number> {
    return Object.values(await this.countsByTable()).reduce((sum, count) => sum + count, 0);
  }

  async countsByTable(): Promise<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const table of ALL_TABLES) {
      const [row] = await this.query<{ n: number }>(
        sql`select count(*) as n from ${new Fragment(table)}`,
      );
      counts[table] = Number(row?.n ?? 0);
    }
    return counts;
  }

  query<Row>(statement: Statement): Promise<Row[]> {
    return this.connection.sql.rows<Row>(statement);
  }

  async setCard(cardNo: string, balance: string): Promise<void> {
    await this.connection.sql.change(sql`update dbo.card_balance
        set balance = convert(decimal(18,2), ${text(30, balance)})
        where cardno = ${text(20, cardNo)}`);
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}

/** One database for a run of the suites; each `open` gives it away empty. */
export class MssqlRun {
  private database: TestDatabase | null = null;

  constructor(private readonly server: string) {}

  async open(): Promise<FreshBooks> {
    this.database ??= await freshDatabase(this.server);
    const { url } = this.database;
    const config = { kind: 'mssql', url: new Secret(url), shown: '', parameterNames: {} } as const;
    const open = await openMssql(config, systemClock, systemRandomness);
    for (
      let problem = await open.status.problem();
      problem;
      problem = await open.status.problem()
    ) {
      await systemClock.sleep(200);
    }
    const connection = await connect(url);
    for (const table of [...ALL_TABLES, 'trade']) await connection.batch(`delete from ${table}`);
    const inspect = new MssqlInspect(connection);
    return {
      ...storesOf(open),
      inspect,
      close: async () => {
        await inspect.close();
        await open.close();
      },
    };
  }

  /** Drops the database. */
  async end(): Promise<void> {
    await this.database?.drop();
    this.database = null;
  }
}
