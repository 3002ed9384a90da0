import type { ProcedureAnswer, ProcedureCall, Sql } from './runner';
import type { Fragment } from './sql';
import type { Decide } from './writes';

export type { ProcedureAnswer, ProcedureCall, Sql };

/** What the two databases spell differently. */
export interface Dialect {
  /**
   * Are rows locked by changing them? Then a unit changes the bill's row before it writes anything
   * else: a hint may be ignored, a change never is. False: the whole file is locked.
   */
  readonly locksRows: boolean;
  /**
   * Behind a table that is read by an index. SQL Server reads a small table as a whole, and would
   * wait for rows of other bills while it holds its own: deadlocks. Nothing is wrong without it.
   */
  readonly seek: Fragment;
  /**
   * Behind a table of which a unit takes several rows, in no order that others keep: rows that
   * somebody works on are left out instead of waited for.
   */
  readonly passOver: Fragment;
  /** Behind a table's name: reads it by this index and no other. It is an error without it. */
  by(index: string): Fragment;
  /** The list of the migrations; nobody adds to it until the unit ends. */
  readonly keptMigrations: Fragment;
  /** At most `rows` rows of a select: `top` behind `select`, `limit` at its end. */
  first(rows: number): { readonly top: Fragment; readonly limit: Fragment };
}

/** A unit of work: runs inside one transaction, may be run again after a conflict. */
export type Work<T> = (sql: Sql) => Promise<T>;

/**
 * The database. `read` sees committed rows only. `write` resolves after the unit's commit is
 * durable; when it rejects, nothing of the unit is there.
 * @throws PayError DATABASE_UNAVAILABLE when the database, not the statement, is at fault
 */
export interface Database {
  readonly dialect: Dialect;
  readonly read: Sql;
  /**
   * `name` names the unit in logs and in tests. Units that name the same `bill` wait for each other
   * in this process before they use anything of the database, where it has several writers.
   */
  write<T>(name: string, work: Work<T>, bill?: string): Promise<T>;
  /**
   * A unit that reads, decides and writes once. Nothing is locked while it reads and decides; where
   * its bill has changed meanwhile nothing is written, and it reads and decides again.
   */
  once<T>(name: string, decide: Decide<T>, bill?: string): Promise<T>;
}

/** Runs a statement of our own, without values: questions to a catalog, commands of an operator. */
export type Query = (text: string) => Promise<unknown>;
