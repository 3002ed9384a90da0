import type { Bound, SqlType, Statement } from './sql';

/** Runs statements; inside a unit of work they belong to it. */
export interface Sql {
  /** The rows of a query, columns as the database names them. */
  rows<Row>(statement: Statement): Promise<Row[]>;
  /** The rows of several queries, made one after the other, in one message; absent: in several. */
  sets?(statements: readonly Statement[]): Promise<unknown[][]>;
  /** How many rows a statement changed. */
  change(statement: Statement): Promise<number>;
  /** Inserts one row and gives the id the database generated for it. */
  insert(statement: Statement): Promise<number>;
  /** Runs a stored procedure and gives its outputs; throws where the store has none. */
  call(procedure: ProcedureCall): Promise<ProcedureAnswer>;
}

/** A stored procedure with its arguments, passed by name. */
export interface ProcedureCall {
  /** With its schema. */
  readonly name: string;
  /** Names without the `@`. */
  readonly inputs: readonly (readonly [name: string, value: Bound])[];
  readonly outputs: readonly (readonly [name: string, type: SqlType])[];
}

/** The outputs of a procedure by name; one that did not come is missing. */
export type ProcedureAnswer = ReadonlyMap<string, unknown>;
