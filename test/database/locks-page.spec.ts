import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SNAPSHOT = readFileSync(join(__dirname, '__snapshots__/statements.spec.ts.snap'), 'utf8');
const PAGE = readFileSync(join(__dirname, '../../docs/legacy-database.md'), 'utf8');

/** The heading of the page, and the unit of the snapshot it tells of. */
const UNITS: readonly [page: string, unit: string][] = [
  ['Begin of a bill that is there', 'begin, the bill is there'],
  ['Begin of a new bill', 'begin, the bill is new'],
  ['A payment that gets into the books', 'move: pay'],
];

/** What takes or reads anything: the rest is control, and variables. */
const TAKES = /^(?:set @v\d+ = \(select|update|insert|execute|select|if not exists|commit) /;

/** The statements of a unit on SQL Server, each in one line. */
function statementsOf(unit: string): string[] {
  const [sqlServer = ''] = SNAPSHOT.split('exports[`the statements of the repositories on SQLite');
  const [, behind = ''] = sqlServer.split(`== ${unit}\n`);
  const [section = ''] = behind.split('\n== ');
  const lines = section.replace(/\n +/g, ' ').replace(/[ ]+/g, ' ').split('\n');
  return lines.filter((line) => TAKES.test(line) && !line.includes('as stopped, @v'));
}

/** The statements of a table of the page, in its order; `…` stands for what is left out. */
function told(heading: string): string[] {
  const [, behind = ''] = PAGE.split(`**${heading}**`);
  const rows = /(?:\n\|.*)+/.exec(behind)?.[0] ?? '';
  return [...rows.matchAll(/^\| `([^`]+)`/gm)].map(([, text = '']) => text);
}

describe('the page that tells what is locked', () => {
  it.each(UNITS)('%s: names every statement of the unit, in its order', (page, unit) => {
    const statements = statementsOf(unit);
    expect(statements.length).toBeGreaterThan(5);
    const heads = told(page).map((text) => text.replace(/ …$/, ''));
    const cut = statements.map((text, at) => text.slice(0, (heads[at] ?? '').length || 60));
    expect(heads).toEqual(cut);
  });
});
