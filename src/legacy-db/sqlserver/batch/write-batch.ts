import type { ProcedureAnswer } from '../../sql/database';
import { PayError } from '../../../domain/errors';
import type { WantedUntil } from '../../../domain/receipt/wanted-until';
import type { Bound, Statement } from '../../sql/sql';
import { int } from '../../sql/sql';
import type { ProcedureStep, Stop, WriteStep, Writes } from '../../sql/writes';
import { Later } from '../../sql/writes';
import { isOfProcedure } from '../mssql-errors';
import { spellType } from '../procedures/contract';

/** The row a batch ends with. */
export type LastRow = Readonly<Record<string, string | number | null>>;

/** A unit's writes as one batch of T-SQL that begins a transaction and ends it. */
export interface WriteBatch {
  readonly text: string;
  /** The values of `@p1`, `@p2` … */
  readonly values: readonly Bound[];
  /** Does it give the rows of a read before its last row? */
  readonly reads: boolean;
  /**
   * Why nothing was written, told by the last row; null: all of it was.
   * @throws PayError or what the stop throws
   */
  stopOf(row: LastRow): Stop | null;
  /** What a value became, by the last row of a batch that did not stop. */
  valueOf(row: LastRow, later: Later): string | number;
  /** What an error means that the server raised: one of a procedure's is told with its name. */
  readonly faultOf: (error: unknown) => unknown;
}

type StopReader = (row: LastRow) => Stop;

/** The error of a procedure that has ended our transaction, or left one of its own. */
function endedOurs({ call }: ProcedureStep): PayError {
  return new PayError('DATABASE_UNAVAILABLE', `${call.name} ended our transaction, or began one`);
}

/**
 * Writes the batch. It holds no decision but the stops: a guard that does not hold, a procedure
 * that refuses, an answer that is missing. Each rolls back, says which it was, and returns, because
 * neither raises an error that would stop the batch by itself; what does raise one is rolled back
 * and thrown on. A transaction never outlives its batch.
 */
export function writeBatch(writes: Writes): WriteBatch {
  const batch = new BatchText();
  for (const step of writes.steps) batch.add(step);
  return batch.done();
}

class BatchText {
  private readonly lines: string[] = [];
  private readonly declared: string[] = [];
  private readonly given: string[] = [];
  private readonly values: Bound[] = [];
  private readonly stops: StopReader[] = [];
  private readonly procedures: ProcedureStep[] = [];
  private reads = false;
  private hasClock = false;

  add(step: WriteStep): void {
    switch (step.kind) {
      case 'ask':
        return this.set(step.answer, `(${this.textOf(step.select)})`);
      case 'holds':
        return this.stop(`not exists (${this.textOf(step.select)})`, () => step.otherwise);
      case 'refuse':
        return this.refuse(step);
      case 'inTime':
        return this.inTime(step.until);
      case 'change':
        this.line(this.textOf(step.statement));
        if (step.otherwise !== null) this.stopUnlessOne(step.otherwise);
        return;
      case 'insert':
        this.line(this.textOf(step.statement));
        return this.set(step.id, 'scope_identity()');
      case 'system':
        return this.call(step.system.procedure, step.answer);
      case 'read':
        this.reads = true;
        return this.line(this.textOf(step.select));
    }
  }

  done(): WriteBatch {
    const { stops } = this;
    const declare = this.declared.length > 0 ? [`declare ${this.declared.join(', ')};`] : [];
    const answers = this.given.map((name) => `, @${name} as ${name}`).join('');
    const lines = [
      'set nocount on;',
      'set xact_abort on;',
      ...declare,
      'begin try',
      'begin transaction;',
      ...this.lines,
      'commit transaction;',
      `select 0 as stopped${answers};`,
      'end try',
      'begin catch',
      'if @@trancount > 0 begin rollback transaction; end;',
      'throw;',
      'end catch;',
    ];
    return {
      text: lines.join('\n'),
      values: this.values,
      reads: this.reads,
      stopOf: (row) => {
        const which = Number(row['stopped']);
        if (which === 0) return null;
        const reader = stops[which - 1];
        if (!reader) throw new Error(`a batch stopped at ${which}, which is no stop of its`);
        return reader(row);
      },
      valueOf: (row, later) => {
        const value = row[nameOf(later)];
        if (value === undefined || value === null) throw new Error('a value that no step gave');
        return value;
      },
      faultOf: (error) => {
        const at = this.procedures.find(({ call }) => isOfProcedure(error, call.name));
        return at ? at.fault(error) : error;
      },
    };
  }

  private refuse(step: Extract<WriteStep, { kind: 'refuse' }>): void {
    const name = nameOf(step.found);
    this.declare(step.found);
    this.line(`set @${name} = (${this.textOf(step.select)})`);
    const reader = ({ found }: LastRow): Stop => {
      throw step.error(String(found));
    };
    this.stop(`@${name} is not null`, reader, `, @${name} as found`);
  }

  /** By the time that has passed at the server since the batch began: clocks are not compared. */
  private inTime(until: WantedUntil): void {
    until.refuseWhenOver();
    if (!this.hasClock) this.declared.push('@began datetime2(3) = sysutcdatetime()');
    this.hasClock = true;
    const passed = 'datediff(millisecond, @began, sysutcdatetime())';
    this.stop(`${passed} > ${this.mark(int(until.leftMs()))}`, () => {
      throw until.tooLate();
    });
  }

  private call(procedure: ProcedureStep | undefined, answer: Later): void {
    if (!procedure) throw new Error('a system without a procedure');
    this.procedures.push(procedure);
    const { call, outputs } = procedure;
    const [code, words, open] = ['e', 'm', 'o'].map((kind) => `@${kind}${answer.place}`);
    this.declare(answer);
    this.declared.push(`${code} int`, `${words} nvarchar(200)`, `${open} int`);
    const variables: Readonly<Record<string, string | undefined>> = {
      [outputs.answer]: `@${nameOf(answer)}`,
      [outputs.errcode]: code,
      [outputs.errmsg]: words,
    };
    const passed = [
      ...call.inputs.map(([name, value]) => `@${name} = ${this.mark(value)}`),
      ...call.outputs.map(([name]) => `@${name} = ${variables[name] ?? 'null'} output`),
    ];
    this.line(`execute ${call.name}\n  ${passed.join(',\n  ')}`);
    this.line(`set ${open} = @@trancount`);
    const said = `, ${code} as errcode, ${words} as errmsg, @${nameOf(answer)} as answer`;
    const missing = `coalesce(@${nameOf(answer)}, N'') = N''`;
    this.stop(
      `${code} is null or ${code} <> 0 or ${open} <> 1 or ${missing}`,
      (row) => refusedBy(procedure, row),
      `${said}, ${open} as transactions`,
    );
  }

  private stopUnlessOne(otherwise: Stop): void {
    this.stop('@@rowcount <> 1', () => otherwise);
  }

  private stop(when: string, reader: StopReader, said = ''): void {
    this.stops.push(reader);
    const undo = 'if @@trancount > 0 begin rollback transaction; end;';
    this.line(
      `if ${when} begin ${undo} select ${this.stops.length} as stopped${said}; return; end`,
    );
  }

  private set(later: Later, to: string): void {
    this.declare(later);
    this.line(`set @${nameOf(later)} = ${to}`);
  }

  private declare(later: Later): void {
    this.declared.push(`@${nameOf(later)} ${spellType(later.type)}`);
    this.given.push(nameOf(later));
  }

  private line(text: string): void {
    this.lines.push(`${text.trim()};`);
  }

  private textOf({ texts, values }: Statement): string {
    return texts.reduce((text, part, index) => {
      const value = values[index - 1];
      return value ? `${text}${this.mark(value)}${part}` : text + part;
    });
  }

  /** What stands for a value: a parameter, or the variable that has it by then. */
  private mark(value: Bound): string {
    if (value instanceof Later) return `@${nameOf(value)}`;
    this.values.push(value);
    return `@p${this.values.length}`;
  }
}

function nameOf({ place }: Later): string {
  return `v${place}`;
}

/** What a procedure's answer means that stopped the batch: never that all went well. */
function refusedBy(procedure: ProcedureStep, row: LastRow): never {
  const { outputs } = procedure;
  const { errcode, errmsg, answer, transactions } = row;
  const said: ProcedureAnswer = new Map<string, unknown>([
    [outputs.errcode.toLowerCase(), errcode],
    [outputs.errmsg.toLowerCase(), errmsg],
    [outputs.answer.toLowerCase(), answer],
  ]);
  procedure.read(said);
  if (transactions === 1) throw new Error('a batch stopped at a procedure that had done its part');
  throw endedOurs(procedure);
}
