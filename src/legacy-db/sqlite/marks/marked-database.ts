import type {
  Database,
  Dialect,
  ProcedureAnswer,
  ProcedureCall,
  Sql,
  Work,
} from '../../sql/database';
import { onceByWriting } from '../../sql/carry-out';
import type { Decide } from '../../sql/writes';
import type { Statement } from '../../sql/sql';
import type { NumberMarks } from './number-marks';
import { BeyondMarks } from './number-marks';

/** How often a unit is run again because its numbers were not reserved. */
const TRIES = 5;

/** Statements of a unit; knows whether a number was given. */
class Watched implements Sql {
  gaveNumber = false;

  constructor(private readonly inner: Sql) {}

  rows<Row>(statement: Statement): Promise<Row[]> {
    return this.inner.rows<Row>(statement);
  }

  change(statement: Statement): Promise<number> {
    return this.inner.change(statement);
  }

  insert(statement: Statement): Promise<number> {
    this.gaveNumber = true;
    return this.inner.insert(statement);
  }

  call(procedure: ProcedureCall): Promise<ProcedureAnswer> {
    return this.inner.call(procedure);
  }
}

/** The embedded database, of which no unit is committed with numbers that nobody reserved. */
export class MarkedDatabase implements Database {
  readonly dialect: Dialect;
  readonly read: Sql;

  constructor(
    private readonly inner: Database,
    private readonly marks: NumberMarks,
  ) {
    this.dialect = inner.dialect;
    this.read = inner.read;
  }

  async write<T>(name: string, work: Work<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.inner.write(name, (sql) => this.guarded(sql, work));
      } catch (error) {
        if (!(error instanceof BeyondMarks) || tries >= TRIES) throw error;
      }
      await this.marks.extend();
    }
  }

  once<T>(name: string, decide: Decide<T>): Promise<T> {
    return onceByWriting(this, name, decide);
  }

  private async guarded<T>(sql: Sql, work: Work<T>): Promise<T> {
    const watched = new Watched(sql);
    const result = await work(watched);
    if (watched.gaveNumber) await this.marks.guard(sql);
    return result;
  }
}
