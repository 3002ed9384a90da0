import * as ts from 'typescript';
import { walk } from '../support/tidy/tidy-source';

/** Where the probes of a source leave the numbers of the functions that were entered. */
const record = globalThis as { entered?: Set<number> };

interface Inserted {
  readonly at: number;
  readonly text: string;
}

/**
 * The source with a probe in each of its functions. A spec that never enters a function notices
 * nothing that is changed in it, and need not be asked.
 */
export function probed(text: string): string {
  const inserted = functionsOf(text).flatMap(({ body }, number): Inserted[] => {
    const probe = `globalThis.entered?.add(${number})`;
    if (ts.isBlock(body)) return [{ at: body.getStart() + 1, text: `${probe};` }];
    return [
      { at: body.getStart(), text: `(${probe},` },
      { at: body.end, text: ')' },
    ];
  });
  return inserted
    .sort((a, b) => b.at - a.at)
    .reduce((done, { at, text: probe }) => done.slice(0, at) + probe + done.slice(at), text);
}

/** The number of the innermost function around a place; null: what runs when it is loaded. */
export function functionAt(text: string, at: number): number | null {
  const around = functionsOf(text).findLastIndex((one) => one.getStart() <= at && at < one.end);
  return around < 0 ? null : around;
}

/** Begins to note what is entered; gives what is noted while it grows. */
export function noteEntered(): ReadonlySet<number> {
  record.entered = new Set();
  return record.entered;
}

/** The functions that have a body, the outer before the inner. */
function functionsOf(text: string): (ts.FunctionLikeDeclaration & { body: ts.Node })[] {
  const ast = ts.createSourceFile('probed.ts', text, ts.ScriptTarget.Latest, true);
  const found: (ts.FunctionLikeDeclaration & { body: ts.Node })[] = [];
  walk(ast, (node) => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) {
      found.push(node as ts.FunctionLikeDeclaration & { body: ts.Node });
    }
  });
  return found;
}
