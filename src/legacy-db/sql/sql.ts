import type { Fen } from '../../domain/money';
import { formatYuan } from '../../domain/money';

/** The column type a value is bound as: SQL Server needs it, SQLite does without. */
export type SqlType =
  | { readonly name: 'bigint' }
  | { readonly name: 'int' }
  | { readonly name: 'nvarchar'; readonly length: number | 'max' }
  | { readonly name: 'nchar'; readonly length: number }
  | { readonly name: 'decimal'; readonly precision: number; readonly scale: number }
  /** Bound as text `yyyy-MM-dd HH:mm:ss[.fff]`, without a time zone. */
  | { readonly name: 'datetime2'; readonly scale: number };

/** A value with the type it is bound as. */
export interface Bound {
  readonly type: SqlType;
  readonly value: string | number | null;
}

/** A piece of SQL text that is not a value: a column list, a dialect's hint. Never from input. */
export class Fragment {
  constructor(readonly text: string) {}
}

/** SQL text with its values apart: `texts[0] value[0] texts[1] …`. */
export class Statement {
  constructor(
    readonly texts: readonly string[],
    readonly values: readonly Bound[],
  ) {}

  /** The whole text with `?` for each value. */
  get withMarks(): string {
    return this.texts.join('?');
  }

  /** This statement followed by another piece. */
  with(next: Statement): Statement {
    const joint = (this.texts.at(-1) ?? '') + (next.texts[0] ?? '');
    const texts = [...this.texts.slice(0, -1), joint, ...next.texts.slice(1)];
    return new Statement(texts, [...this.values, ...next.values]);
  }
}

/** Builds a statement; every interpolation is a typed value or a fragment of our own. */
export function sql(
  strings: TemplateStringsArray,
  ...parts: readonly (Bound | Fragment)[]
): Statement {
  const texts = [strings[0] ?? ''];
  const values: Bound[] = [];
  parts.forEach((part, index) => {
    const after = strings[index + 1] ?? '';
    if (part instanceof Fragment) {
      texts[texts.length - 1] += part.text + after;
    } else {
      values.push(part);
      texts.push(after);
    }
  });
  return new Statement(texts, values);
}

/** A 64-bit integer: ids, instants in ms, money in fen. */
export function big(value: number | null): Bound {
  return { type: { name: 'bigint' }, value };
}

/** A 32-bit integer. */
export function int(value: number | null): Bound {
  return { type: { name: 'int' }, value };
}

/** Text of at most `length` UTF-16 units. */
export function text(length: number, value: string | null): Bound {
  return { type: { name: 'nvarchar', length }, value };
}

/** Text of any length. */
export function longText(value: string | null): Bound {
  return { type: { name: 'nvarchar', length: 'max' }, value };
}

/** Text of exactly `length` characters. */
export function chars(length: number, value: string | null): Bound {
  return { type: { name: 'nchar', length }, value };
}

/** Money as the systems' tables keep it: yuan with two decimals, handed over as text. */
export function yuan(amount: Fen | null): Bound {
  return {
    type: { name: 'decimal', precision: 18, scale: 2 },
    value: amount === null ? null : formatYuan(amount),
  };
}

/** A moment as `yyyy-MM-dd HH:mm:ss`, in China time. */
export function timeText(value: string | null): Bound {
  return { type: { name: 'datetime2', scale: 3 }, value };
}
