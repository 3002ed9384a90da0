import { ERRORS } from '../../../src/domain/errors';
import { SETTING_NAMES, settingRow } from '../../../src/config/reading/settings';

/** A table of a document: its rows, each the texts of its cells. */
export type Table = readonly (readonly string[])[];

/** The table of docs/configuration.md as the code wants it. */
export function settingsTable(): Table {
  const head = ['name', 'default', 'allowed', 'meaning', 'in effect'];
  const rows = SETTING_NAMES.map((name) => {
    const row = settingRow(name);
    const fallback = row.fallback === null ? 'none' : `\`${row.fallback}\``;
    return [
      `\`${name}\``,
      row.fallbackInWords ?? fallback,
      row.whole?.join(' to ') ?? row.choices?.map((word) => `\`${word}\``).join(', ') ?? '',
      row.secret ? `${row.meaning} **Secret.**` : row.meaning,
      row.notYet ?? 'yes',
    ];
  });
  return [head, ...rows];
}

/** The table of docs/errors.md as the code wants it. */
export function errorsTable(): Table {
  const head = ['errcode', 'name', 'HTTP legacy', 'HTTP rest', 'whose move', 'text'];
  const rows = Object.entries(ERRORS).map(([name, { errcode, legacy, rest, blame, text }]) => [
    String(errcode),
    `\`${name}\``,
    String(legacy),
    String(rest),
    blame,
    text,
  ]);
  return [head, ...rows];
}

/** The first Markdown table after a heading; empty when there is none. */
export function tableUnder(heading: string, page: string): Table {
  const from = page.split('\n').indexOf(heading);
  const lines = from < 0 ? [] : page.split('\n').slice(from + 1);
  const start = lines.findIndex((line) => line.startsWith('|'));
  const rows: string[][] = [];
  for (const line of start < 0 ? [] : lines.slice(start)) {
    if (!line.startsWith('|')) break;
    rows.push(cellsOf(line));
  }
  return rows.filter((_row, index) => index !== 1);
}

/** The table as Markdown, to be pasted where the two differ. */
export function toMarkdown([head = [], ...rows]: Table): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.map(escaped).join(' | ')} |`).join('\n');
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|');
}

function cellsOf(line: string): string[] {
  const inner = line.trim().replace(/^\||\|$/g, '');
  return inner.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|'));
}
