import * as mssql from 'mssql';
import type { ConnectionPool } from 'mssql';
import { fen } from '../../domain/money';
import { big, chars, int, longText, sql, text, timeText, yuan } from '../sql/sql';
import type { Statement } from '../sql/sql';
import type { Mssql } from './mssql-data-source';
import { MssqlSql } from './mssql-sql';

interface Sent {
  readonly inputs: [name: string, type: string, value: unknown][];
  readonly outputs: [name: string, type: string][];
  text: string;
}

function spelled(type: mssql.ISqlType | (() => mssql.ISqlType)): string {
  const made = typeof type === 'function' ? type() : type;
  const sizes = ['length', 'precision', 'scale'].map(
    (size) => Reflect.get(made, size) as number | undefined,
  );
  const { name } = made.type as () => void;
  return [name, ...sizes.filter((size) => size !== undefined)].join(' ');
}

/** The edge of the driver: requests that note what they are given, and give `result`. */
function driver(result: object) {
  const sent: Sent[] = [];
  class Request {
    private readonly sent: Sent = { inputs: [], outputs: [], text: '' };
    input(name: string, type: mssql.ISqlType, value: unknown): void {
      this.sent.inputs.push([name, spelled(type), value]);
    }
    output(name: string, type: mssql.ISqlType): void {
      this.sent.outputs.push([name, spelled(type)]);
    }
    async query(statement: string): Promise<object> {
      this.sent.text = statement;
      sent.push(this.sent);
      return Promise.resolve(result);
    }
    execute(name: string): Promise<object> {
      return this.query(name);
    }
  }
  const module = { ...mssql, Request } as unknown as Mssql;
  return { sent, db: new MssqlSql(module, {} as ConnectionPool) };
}

const NO_ROWS = { recordset: [], rowsAffected: [0] };

function inputsOf(statement: Statement): Promise<Sent['inputs']> {
  const { sent, db } = driver(NO_ROWS);
  return db.rows(statement).then(() => sent[0]?.inputs ?? []);
}

describe('values on their way to SQL Server', () => {
  it.each([
    ['bigint, as text', big(9_007_199_254_740_991), 'BigInt', '9007199254740991'],
    ['bigint null', big(null), 'BigInt', null],
    ['int', int(7), 'Int', 7],
    ['text', text(5, 'abcde'), 'NVarChar 5', 'abcde'],
    ['text null', text(5, null), 'NVarChar 5', null],
    ['long text', longText('x'.repeat(5_000)), 'NVarChar 65535', 'x'.repeat(5_000)],
    ['characters', chars(1, 'S'), 'NChar 1', 'S'],
    ['money, as text', yuan(fen(8_888)), 'Decimal 18 2', '88.88'],
    ['no money', yuan(null), 'Decimal 18 2', null],
    ['no time', timeText(null), 'DateTime2 3', null],
  ])('have their type: %s', async (_what, bound, type, value) => {
    expect(await inputsOf(sql`select ${bound}`)).toEqual([['p1', type, value]]);
  });

  it('that are times keep their digits, whatever the time zone here', async () => {
    const [[, type, value] = []] = await inputsOf(sql`select ${timeText('2026-11-22 12:00:01')}`);
    expect([type, value]).toEqual(['DateTime2 3', new Date('2026-11-22T12:00:01Z')]);
  });

  it('that are too long are refused, nothing is sent, and nothing after it', async () => {
    const { sent, db } = driver(NO_ROWS);
    const long = db.rows(sql`select ${text(2, 'abc')}`);
    await expect(long).rejects.toThrow('too long for 2');
    expect(db.failed).toMatchObject({ error: { message: 'a text too long for 2' } });
    await expect(db.rows(sql`select 1`)).rejects.toThrow('after a failed one');
    expect(sent).toEqual([]);
  });
});

describe('answers of SQL Server', () => {
  it('are rows, or none where there is no set of them', async () => {
    const rows = [{ a: 1 }, { a: 2 }];
    expect(await driver({ recordset: rows }).db.rows(sql`select 1`)).toEqual(rows);
    expect(await driver({}).db.rows(sql`update t set a = 1`)).toEqual([]);
  });

  it.each([
    ['as text', '17'],
    ['as a number', 17],
  ])('tell the id of an insert %s', async (_how, id) => {
    const { sent, db } = driver({ recordset: [{ id }], rowsAffected: [1, 1] });
    expect(await db.insert(sql`insert into t (a) values (${int(1)})`)).toBe(17);
    expect(sent[0]?.text).toBe(
      'insert into t (a) values (@p1); select convert(bigint, scope_identity()) as id',
    );
  });

  it.each([
    ['no row', []],
    ['null', [{ id: null }]],
  ])('to an insert with %s for an id are a fault', async (_what, recordset) => {
    const insert = driver({ recordset }).db.insert(sql`insert into t (a) values (1)`);
    await expect(insert).rejects.toThrow('an insert gave no id');
  });

  it('of a procedure are its outputs, told apart without letter case', async () => {
    const { sent, db } = driver({ output: { AutoId: '17', errcode: 0 } });
    const answer = await db.call({
      name: 'dbo.p',
      inputs: [['money', yuan(fen(1))]],
      outputs: [['AutoId', { name: 'nvarchar', length: 36 }]],
    });
    expect([...answer]).toEqual([
      ['autoid', '17'],
      ['errcode', 0],
    ]);
    expect(sent).toEqual([
      {
        inputs: [['money', 'Decimal 18 2', '0.01']],
        outputs: [['AutoId', 'NVarChar 36']],
        text: 'dbo.p',
      },
    ]);
  });
});
