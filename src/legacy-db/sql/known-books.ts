import { PayError } from '../../domain/errors';
import type { Database, Dialect, Sql, Work } from './database';
import { Fragment, sql } from './sql';

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

/**
 * A database whose units look first whether the books are still those of this version: another
 * process may have migrated them since the start. What they find holds until they end.
 */
export class KnownBooks implements Database {
  readonly dialect: Dialect;
  readonly read: Sql;
  private readonly known: Fragment;

  /** `known`: the names of this version's migrations. */
  constructor(
    private readonly inner: Database,
    known: readonly string[],
  ) {
    this.dialect = inner.dialect;
    this.read = inner.read;
    this.known = new Fragment(known.map((name) => `'${name}'`).join(', '));
  }

  write<T>(name: string, work: Work<T>, bill?: string): Promise<T> {
    const checked: Work<T> = async (unit) => {
      const strange = sql`select name from ${this.dialect.keptMigrations}
          where name not in (${this.known})`;
      const rows = await unit.rows<{ name: string }>(strange);
      if (rows.length > 0) throw new NewerBooks(rows.map((row) => row.name));
      return work(unit);
    };
    return this.inner.write(name, checked, bill);
  }
}
