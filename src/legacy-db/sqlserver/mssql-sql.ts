import type { ConnectionPool, IResult, ISqlType, Request, Transaction } from 'mssql';
import { PayError } from '../../domain/errors';
import type { ProcedureAnswer, ProcedureCall, Sql } from '../sql/database';
import type { Bound, SqlType, Statement } from '../sql/sql';
import { sql } from '../sql/sql';
import type { LastRow, WriteBatch } from './batch/write-batch';
import { isNumbered } from './mssql-errors';
import type { Mssql } from './mssql-data-source';

/** The text of a statement with its parameters named `@p1`, `@p2` … */
export function statementText({ texts }: Statement): string {
  return texts.reduce((text, part, index) => `${text}@p${index}${part}`);
}

/** Statements on the pool or in a transaction, every value with its declared type. */
export class MssqlSql implements Sql {
  private failure: { readonly error: unknown } | null = null;

  constructor(
    private readonly mssql: Mssql,
    private readonly parent: ConnectionPool | Transaction,
  ) {}

  /** The first statement that failed; after it nothing is sent any more. */
  get failed(): { readonly error: unknown } | null {
    return this.failure;
  }

  async rows<Row>(statement: Statement): Promise<Row[]> {
    const { recordset } = await this.query(statement, statementText(statement));
    return (recordset ?? []) as Row[];
  }

  async sets(statements: readonly Statement[]): Promise<unknown[][]> {
    const [first, ...rest] = statements;
    if (!first) return [];
    const all = rest.reduce((text, next) => text.with(sql`;\n`).with(next), first);
    const { recordsets } = await this.query(all, statementText(all));
    const sets = recordsets as unknown as unknown[][];
    if (sets.length !== statements.length) throw new Error('a query gave no rows, not even none');
    return sets;
  }

  /**
   * Sends a unit's writes as one batch. `unanswered` is thrown where nobody knows whether they were
   * committed.
   */
  async batch(
    { text, values, reads, faultOf }: WriteBatch,
    unanswered: (error: unknown) => Error,
  ): Promise<{ readonly last: LastRow; readonly rows: readonly unknown[] }> {
    let sets: readonly (readonly unknown[])[];
    try {
      const { recordsets } = await this.query({ values }, text);
      sets = recordsets;
    } catch (error) {
      // What the server refuses by a number it has undone.
      throw isNumbered(error) ? faultOf(error) : unanswered(error);
    }
    const [last] = (sets.at(-1) ?? []) as readonly LastRow[];
    if (last?.['stopped'] === undefined) throw unanswered(new Error('a batch without a last row'));
    // A customer's procedure may give rows of its own, before ours.
    return { last, rows: reads ? (sets.at(-2) ?? []) : [] };
  }

  async change(statement: Statement): Promise<number> {
    const { rowsAffected } = await this.query(statement, statementText(statement));
    const [changed] = rowsAffected;
    // Never taken for none: whoever changed something would go on as if somebody else had.
    if (changed === undefined) {
      throw new PayError('DATABASE_UNAVAILABLE', 'the server tells no row counts: NOCOUNT is on');
    }
    return changed;
  }

  async insert(statement: Statement): Promise<number> {
    const text = `${statementText(statement)}; select convert(bigint, scope_identity()) as id`;
    const { recordset } = await this.query(statement, text);
    const [row] = recordset as readonly { id: string | number | null }[];
    if (!row || row.id === null) throw new Error('an insert gave no id');
    return Number(row.id);
  }

  call({ name, inputs, outputs }: ProcedureCall): Promise<ProcedureAnswer> {
    return this.guarded(async (request) => {
      for (const [parameter, bound] of inputs) this.bind(request, parameter, bound);
      for (const [parameter, type] of outputs) request.output(parameter, this.sqlType(type));
      const { output } = await request.execute<unknown>(name);
      // Told apart without letter case: engines give names back in their own.
      return new Map(
        Object.entries(output as object).map(([key, value]: [string, unknown]) => [
          key.toLowerCase(),
          value,
        ]),
      );
    });
  }

  private query(statement: Pick<Statement, 'values'>, text: string): Promise<IResult<unknown>> {
    return this.guarded((request) => {
      statement.values.forEach((bound, index) => this.bind(request, `p${index + 1}`, bound));
      return request.query<unknown>(text);
    });
  }

  // A failed statement may have doomed the transaction: nothing may follow it.
  private async guarded<T>(run: (request: Request) => Promise<T>): Promise<T> {
    if (this.failure) throw new Error('a statement after a failed one', { cause: this.failure });
    try {
      return await run(new this.mssql.Request(this.parent as Transaction));
    } catch (error) {
      this.failure = { error };
      throw error;
    }
  }

  private bind(request: Request, name: string, { type, value }: Bound): void {
    if (typeof value === 'string' && 'length' in type && type.length !== 'max') {
      // Never cut by the database: what is too long should not have come this far.
      if (value.length > type.length) throw new Error(`a text too long for ${type.length}`);
    }
    request.input(name, this.sqlType(type), this.driverValue(type, value));
  }

  private driverValue(type: SqlType, value: string | number | null): unknown {
    if (value === null) return null;
    if (type.name === 'bigint') return String(value);
    // The driver writes the UTC parts of a date: the text's own, whatever the time zone here.
    if (type.name === 'datetime2') return new Date(`${String(value).replace(' ', 'T')}Z`);
    return value;
  }

  private sqlType(type: SqlType): ISqlType {
    const { mssql } = this;
    switch (type.name) {
      case 'bigint':
        return mssql.BigInt();
      case 'int':
        return mssql.Int();
      case 'nvarchar':
        return mssql.NVarChar(type.length === 'max' ? mssql.MAX : type.length);
      case 'nchar':
        return mssql.NChar(type.length);
      case 'decimal':
        return mssql.Decimal(type.precision, type.scale);
      case 'datetime2':
        return mssql.DateTime2(type.scale);
    }
  }
}
