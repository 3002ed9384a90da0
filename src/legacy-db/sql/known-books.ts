import { PayError } from '../../domain/errors';
import type { Database, Dialect, Sql, Work } from './database';
import { Fragment, sql } from './sql';
import type { Statement } from './sql';
import type { Decide } from './writes';

/** The books have had migrations that this version does not know. */
export class NewerBooks extends PayError {
  constructor(strange: readonly string[]) {
    const names = strange.join(', ');
    super(
      'DATABASE_UNAVAILABLE',
      `the books belong to a newer version (${names}): run that version`,
    );
  }
}

/**
 * Refuses the books of a newer version. They may say of a receipt what this version does not read,
 * that its money is going back, say.
 * @throws NewerBooks
 */
export function refuseNewerBooks(applied: readonly string[], known: readonly string[]): void {
  const strange = applied.filter((name) => !known.includes(name));
  if (strange.length > 0) throw new NewerBooks(strange);
}

const COUNT = sql`select count(*) as number from migrations`;

/**
 * A database whose units look first whether the books are still those of this version: another
 * process may have migrated them since the start. What they find holds until they end.
 */
export class KnownBooks implements Database {
  readonly dialect: Dialect;
  readonly read: Sql;
  private readonly strange: Statement;
  private readonly oneStrange: Statement;
  private readonly howMany: number;

  /** `known`: the names of this version's migrations. */
  constructor(
    private readonly inner: Database,
    known: readonly string[],
  ) {
    this.howMany = known.length;
    this.dialect = inner.dialect;
    this.read = inner.read;
    const names = new Fragment(known.map((name) => `'${name}'`).join(', '));
    const rest = sql` from ${inner.dialect.keptMigrations} where name not in (${names})`;
    this.strange = sql`select name`.with(rest);
    this.oneStrange = sql`select max(name) as name`.with(rest);
  }

  write<T>(name: string, work: Work<T>, bill?: string): Promise<T> {
    const checked: Work<T> = async (unit) => {
      await this.check(unit);
      return work(unit);
    };
    return this.inner.write(name, checked, bill);
  }

  once<T>(name: string, decide: Decide<T>, bill?: string): Promise<T> {
    const checked: Decide<T> = async (read) => {
      const decision = await decide(read);
      if (decision.kind === 'answer') await this.check(read);
      else decision.writes.refuseFirst(this.oneStrange, (found) => new NewerBooks([found]));
      return decision;
    };
    return this.inner.once(name, checked, bill);
  }

  private async check(unit: Sql): Promise<void> {
    if (!(await this.mayBeNewer(unit))) return;
    const rows = await unit.rows<{ name: string }>(this.strange);
    if (rows.length > 0) throw new NewerBooks(rows.map((row) => row.name));
  }

  /** Names are only added: on SQLite to count them costs a seventh of comparing them. */
  private async mayBeNewer(unit: Sql): Promise<boolean> {
    if (this.dialect.locksRows) return true;
    const [row] = await unit.rows<{ number: number }>(COUNT);
    return row === undefined || row.number > this.howMany;
  }
}
