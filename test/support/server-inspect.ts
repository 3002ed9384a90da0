import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { BillType } from '../../src/domain/bill';
import type { SystemRow } from '../database/books';
import { SYSTEM_TABLES, SqliteInspect } from '../database/sqlite-books';

const CHILD = join(__dirname, 'mssql-rows.child.js');

/** The same looks into the books of a service on SQL Server. Slow: each is a process of its own. */
export class ServerInspect extends SqliteInspect {
  constructor(private readonly url: string) {
    super(null);
  }

  override rows<Row = Record<string, unknown>>(statement: string, ...values: unknown[]): Row[] {
    let index = 0;
    const text = statement.replace(/\?/g, () => `@p${(index += 1)}`);
    const input = JSON.stringify({ url: this.url, text, values });
    const { status, stdout, stderr } = spawnSync(process.execPath, [CHILD], { input });
    if (status !== 0) throw new Error(`a query of the test failed: ${stderr.toString()}`);
    return JSON.parse(stdout.toString()) as Row[];
  }

  override async systemRow(billType: BillType, outTradeNo: string): Promise<SystemRow | null> {
    const card = billType === '7' ? 'cardno' : 'null as cardno';
    const yuan = ['paymentvalue', 'receiptvalue', 'refundvalue'].map(
      (name) => `convert(nvarchar(30), ${name}) as ${name}`,
    );
    const times = ['begunat', 'paidat'].map(
      (name) => `convert(nvarchar(19), ${name}, 120) as ${name}`,
    );
    const columns = [
      ...['autoid', 'billnum', 'paytype', 'body', 'detail', 'clientip', 'result', 'tradeno'],
      ...['buyer', card, ...yuan, ...times],
    ];
    const select = `select ${columns.join(', ')} from dbo.${SYSTEM_TABLES[billType]}
        where outtradeno = ?`;
    return Promise.resolve(this.rows<SystemRow>(select, outTradeNo)[0] ?? null);
  }

  override async cardBalance(cardNo: string): Promise<string | null> {
    const select = `select convert(nvarchar(30), balance) as balance from dbo.card_balance
        where cardno = ?`;
    const [row] = this.rows<{ balance: string }>(select, cardNo);
    return Promise.resolve(row?.balance ?? null);
  }
}
