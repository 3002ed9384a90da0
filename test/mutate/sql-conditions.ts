/** A condition of an SQL text: where it stands, and what takes its place when it is gone. */
export interface Condition {
  /** Offset of its first character. */
  readonly start: number;
  /** Offset behind its last character. */
  readonly end: number;
  /** What changes nothing in the chain it is dropped from. */
  readonly neutral: '1 = 1' | '1 = 0';
}

type Opening = 'where' | 'and' | 'or' | 'on';

interface Open {
  readonly start: number;
  readonly by: Opening;
}

/** Words that begin a condition, and words that end one. */
const WORD = new RegExp(
  '\\b(?:where|and|or|on|order by|group by|limit|offset|returning|union|then|set|values' +
    '|inner join|left join|join)\\b|[()]',
  'gi',
);

/**
 * The conditions of a piece of SQL, one for each link of a chain of `and` or `or`, at any depth of
 * brackets. The piece may begin in the middle of a statement; a condition that is not whole in it
 * is left alone. Not understood: `between … and`, quoted texts with these words; we write neither.
 */
export function conditionsOf(sql: string): Condition[] {
  const found: Condition[] = [];
  // What is open at each depth of brackets; null: no condition.
  const open: (Open | null)[] = [null];
  const close = (end: number, next: Opening | null): void => {
    const begun = open.at(-1);
    const condition = begun ? trimmed(sql, begun.start, end) : null;
    if (begun && condition) {
      const neutral = begun.by === 'or' || next === 'or' ? '1 = 0' : '1 = 1';
      found.push({ ...condition, neutral });
    }
    open[open.length - 1] = null;
  };
  for (const { 0: word, index } of sql.matchAll(WORD)) {
    const behind = index + word.length;
    if (word === '(') {
      open.push(isGroup(sql, index) ? { start: behind, by: 'and' } : null);
    } else if (word === ')') {
      // The last one closes a bracket of the piece before.
      if (open.length === 1) close(index, null);
      else closeGroup(index);
    } else {
      const by = openingOf(word.toLowerCase());
      close(index, by);
      open[open.length - 1] = by === null ? null : { start: behind, by };
    }
  }
  if (open.length === 1) close(sql.length, null);
  return found.sort((a, b) => a.start - b.start);

  function closeGroup(end: number): void {
    const begun = open.at(-1);
    // A bracket around a single condition is the condition around it.
    if (begun && (begun.by === 'or' || !sql.slice(0, begun.start).endsWith('('))) close(end, null);
    open.pop();
  }
}

function openingOf(word: string): Opening | null {
  return word === 'where' || word === 'and' || word === 'or' || word === 'on' ? word : null;
}

/** Does a bracket group conditions? Behind a name, `in` or `select` it holds something else. */
function isGroup(sql: string, index: number): boolean {
  return /(?:\bwhere|\band|\bor|\bon|\bnot)\s*$/i.test(sql.slice(0, index));
}

function trimmed(sql: string, start: number, end: number): { start: number; end: number } | null {
  const text = sql.slice(start, end);
  const from = start + (text.length - text.trimStart().length);
  const to = end - (text.length - text.trimEnd().length);
  return from < to ? { start: from, end: to } : null;
}
