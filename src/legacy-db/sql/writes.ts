import type { WantedUntil } from '../../domain/receipt/wanted-until';
import type { ProcedureAnswer, ProcedureCall, Sql } from './runner';
import type { Bound, SqlType, Statement } from './sql';

/** A value that is known only when the unit writes. It stands in statements as any other does. */
export class Later implements Bound {
  constructor(
    readonly type: SqlType,
    /** Its place among those of its unit, from 1. */
    readonly place: number,
  ) {}

  get value(): never {
    throw new Error('a value that is known only when the unit writes');
  }
}

/**
 * Why nothing of a unit is written. `stale`: its bill has changed since it was read, so it is read
 * and decided again. `lost`: what the caller saw is no longer so; somebody was first.
 */
export type Stop = 'stale' | 'lost';

/** A call of a customer's procedure within a unit. */
export interface ProcedureStep {
  readonly call: ProcedureCall;
  /** The output that is wanted, and the two that refuse, by the names the database has for them. */
  readonly outputs: { readonly answer: string; readonly errcode: string; readonly errmsg: string };
  /** The wanted output. @throws PayError when it refuses, or gives no answer */
  read(outputs: ProcedureAnswer): string;
  /** What an error within it means to the caller of the unit. */
  fault(error: unknown): unknown;
}

/** Begin or End of one system, as a unit has it done. */
export interface SystemCall {
  /** Does it statement by statement. */
  run(db: Sql): Promise<string>;
  /** The same as one call, where a procedure does it. */
  readonly procedure?: ProcedureStep | undefined;
}

/** One thing that a unit does when it writes. */
export type WriteStep =
  | { readonly kind: 'ask'; readonly select: Statement; readonly answer: Later }
  | { readonly kind: 'holds'; readonly select: Statement; readonly otherwise: Stop }
  | {
      readonly kind: 'refuse';
      readonly select: Statement;
      readonly found: Later;
      readonly error: (found: string) => Error;
    }
  | { readonly kind: 'inTime'; readonly until: WantedUntil }
  | { readonly kind: 'change'; readonly statement: Statement; readonly otherwise: Stop | null }
  | { readonly kind: 'insert'; readonly statement: Statement; readonly id: Later }
  | { readonly kind: 'system'; readonly system: SystemCall; readonly answer: Later }
  | { readonly kind: 'read'; readonly select: Statement };

/**
 * What a unit writes, decided before any of it is: all of it is written, in this order, or nothing.
 * One message to a server, or statements one after the other.
 */
export class Writes {
  readonly steps: WriteStep[] = [];
  private laters = 0;

  /** The one value that a select gives. */
  ask(type: SqlType, select: Statement): Later {
    const answer = this.later(type);
    this.steps.push({ kind: 'ask', select, answer });
    return answer;
  }

  /** Nothing is written unless the select has a row. */
  holds(select: Statement, otherwise: Stop): void {
    this.steps.push({ kind: 'holds', select, otherwise });
  }

  /** Nothing is written where the select's one value is something; the error is thrown. */
  refuse(select: Statement, error: (found: string) => Error): void {
    const found = this.later({ name: 'nvarchar', length: 256 });
    this.steps.push({ kind: 'refuse', select, found, error });
  }

  /** The same, before everything else. */
  refuseFirst(select: Statement, error: (found: string) => Error): void {
    const found = this.later({ name: 'nvarchar', length: 256 });
    this.steps.unshift({ kind: 'refuse', select, found, error });
  }

  /** Nothing is written when it is too late by now. @throws PayError TOO_LATE */
  inTime(until: WantedUntil | null | undefined): void {
    if (until) this.steps.push({ kind: 'inTime', until });
  }

  /** Changes so many rows as there are. */
  change(statement: Statement): void {
    this.steps.push({ kind: 'change', statement, otherwise: null });
  }

  /** Changes exactly one row; otherwise nothing is written. */
  changeOne(statement: Statement, otherwise: Stop): void {
    this.steps.push({ kind: 'change', statement, otherwise });
  }

  /** Inserts a row; its number. */
  insert(statement: Statement): Later {
    const id = this.later({ name: 'bigint' });
    this.steps.push({ kind: 'insert', statement, id });
    return id;
  }

  /** Has Begin or End done; what it gives. */
  system(system: SystemCall, type: SqlType): Later {
    const answer = this.later(type);
    this.steps.push({ kind: 'system', system, answer });
    return answer;
  }

  /** Rows as the unit leaves them; nothing is written behind it. */
  read(select: Statement): void {
    this.steps.push({ kind: 'read', select });
  }

  private later(type: SqlType): Later {
    this.laters += 1;
    return new Later(type, this.laters);
  }
}

/** What a unit has found out by writing. */
export interface Written {
  /** What a value became. */
  valueOf(later: Later): string | number;
  /** The rows of the unit's read. */
  readonly rows: readonly unknown[];
}

/** What a unit has decided. `lost`: the result when somebody was first. */
export type Decision<T> =
  | { readonly kind: 'answer'; readonly answer: T }
  | {
      readonly kind: 'write';
      readonly writes: Writes;
      readonly done: (written: Written) => T;
      readonly lost: () => T;
    };

/** Reads, without a lock, and decides what is written. Run again where another was first. */
export type Decide<T> = (read: Sql) => Promise<Decision<T>>;

/** A unit of one statement. True: it changed a row. */
export function changing(statement: Statement): Decision<boolean> {
  const writes = new Writes();
  writes.changeOne(statement, 'lost');
  return { kind: 'write', writes, done: () => true, lost: () => false };
}
