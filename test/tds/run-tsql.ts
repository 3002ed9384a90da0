import { TdsError } from './answers';
import type { Answer } from './answers';
import type { Passed, TsqlNode } from './t-sql';
import { parseTsql } from './t-sql';
import type { TdsValue } from './types';

/** Values by their names, without the `@`. */
export type TsqlValues = Record<string, TdsValue>;

/** What a batch does its work with. */
export interface TsqlHost {
  /** Transactions that are open on the connection: 0 or 1. */
  open(): number;
  transaction(what: 'begin' | 'commit' | 'rollback'): void;
  statement(text: string, values: TsqlValues): Promise<{ answer: Answer; lastId: TdsValue }>;
  /** The outputs of a procedure. */
  procedure(name: string, values: TsqlValues, outputs: readonly string[]): Promise<TsqlValues>;
  /** What an expression without tables gives, `@@` and functions of the server replaced. */
  evaluate(expression: string, values: TsqlValues): TdsValue;
}

type Flow = 'goes on' | 'returns';

/** Runs a batch as a server would: `@@rowcount`, `@@trancount`, what stops it, what it catches. */
export class TsqlRun {
  private readonly values: TsqlValues;
  private readonly sets: NonNullable<Answer['sets']>[number][] = [];
  private rowCount = 0;
  private lastId: TdsValue = null;
  private caught: unknown = null;
  private readonly beganAtMs = performance.now();

  constructor(
    private readonly host: TsqlHost,
    given: TsqlValues,
  ) {
    this.values = { ...given };
  }

  async run(text: string): Promise<Answer> {
    const before = this.host.open();
    await this.list(parseTsql(text));
    // Error 266 of a server: no batch by RPC leaves a transaction open, or ends a stranger's.
    if (this.host.open() !== before) throw new TdsError(266);
    const last = this.sets.at(-1);
    return last ? { sets: this.sets.slice(0, -1), ...last } : {};
  }

  private async list(nodes: readonly TsqlNode[]): Promise<Flow> {
    for (const node of nodes) if ((await this.one(node)) === 'returns') return 'returns';
    return 'goes on';
  }

  private async one(node: TsqlNode): Promise<Flow> {
    switch (node.kind) {
      case 'option':
        return 'goes on';
      case 'return':
        return 'returns';
      case 'throw':
        throw this.caught;
      case 'declare':
        for (const name of node.names) this.values[name] = null;
        return 'goes on';
      case 'set':
        this.values[node.name] = await this.valueOf(node.to);
        return 'goes on';
      case 'if':
        return (await this.valueOf(node.when)) === 1 ? this.list(node.then) : 'goes on';
      case 'try':
        return this.tryList(node);
      case 'transaction':
        if (node.what !== 'begin' && this.host.open() === 0) throw new TdsError(3903);
        this.host.transaction(node.what);
        return 'goes on';
      case 'execute':
        await this.execute(node.procedure, node.passed);
        return 'goes on';
      case 'statement':
        await this.statement(node.text);
        return 'goes on';
    }
  }

  private async tryList(node: Extract<TsqlNode, { kind: 'try' }>): Promise<Flow> {
    try {
      return await this.list(node.body);
    } catch (error) {
      if (!(error instanceof TdsError)) throw error;
      this.caught = error;
      return this.list(node.catch);
    }
  }

  private async execute(procedure: string, passed: readonly Passed[]): Promise<void> {
    const given = passed.map(({ name, from }) => [name, this.values[from] ?? null] as const);
    const outputs = passed.filter(({ output }) => output);
    const names = outputs.map(({ name }) => name);
    const said = await this.host.procedure(procedure, Object.fromEntries(given), names);
    for (const { name, from } of outputs) this.values[from] = said[name] ?? null;
    this.rowCount = 0;
  }

  private async statement(text: string): Promise<void> {
    const { answer, lastId } = await this.host.statement(this.replaced(text), this.values);
    const { columns, rows = [] } = answer;
    if (columns) this.sets.push({ columns, rows });
    else this.lastId = lastId;
    this.rowCount = columns ? rows.length : (answer.affected ?? 0);
  }

  private async valueOf(expression: string): Promise<TdsValue> {
    if (/\bselect\b/i.test(expression)) {
      const text = `select (${this.replaced(expression)}) as value`;
      const { answer } = await this.host.statement(text, this.values);
      return answer.rows?.[0]?.[0] ?? null;
    }
    return this.host.evaluate(this.replaced(expression), this.values);
  }

  private replaced(text: string): string {
    return text
      .replace(/@@rowcount\b/gi, String(this.rowCount))
      .replace(/@@trancount\b/gi, String(this.host.open()))
      .replace(/\bscope_identity\(\)/gi, String(this.lastId ?? 'null'))
      .replace(
        /\bdatediff\(millisecond, @began, sysutcdatetime\(\)\)/gi,
        String(Math.floor(performance.now() - this.beganAtMs)),
      );
  }
}
