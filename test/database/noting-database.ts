import { onceByWriting } from '../../src/legacy-db/sql/carry-out';
import type { Database, Dialect, Sql, Work } from '../../src/legacy-db/sql/database';

/** A database that locks rows by changing them, as SQL Server does, and notes what units change. */
export class NotingDatabase implements Database {
  readonly dialect: Dialect;
  readonly read: Sql;
  /** The changes of the last unit, in their order: text and how many rows each touched. */
  changes: [text: string, rows: number][] = [];
  /** What happens right before the next unit begins. */
  before: () => Promise<unknown> = () => Promise.resolve();

  constructor(private readonly inner: Database) {
    this.dialect = { ...inner.dialect, locksRows: true };
    this.read = inner.read;
  }

  async write<T>(name: string, work: Work<T>, key?: string): Promise<T> {
    const { before } = this;
    this.before = () => Promise.resolve();
    await before();
    return this.inner.write(
      name,
      (unit) => {
        this.changes = [];
        return work(this.noting(unit));
      },
      key,
    );
  }

  readonly once: Database['once'] = (name, decide) => onceByWriting(this, name, decide);

  private noting(unit: Sql): Sql {
    return {
      rows: (statement) => unit.rows(statement),
      insert: (statement) => unit.insert(statement),
      call: (procedure) => unit.call(procedure),
      change: async (statement) => {
        const rows = await unit.change(statement);
        this.changes.push([statement.texts.join('?').replace(/\s+/g, ' '), rows]);
        return rows;
      },
    };
  }
}
