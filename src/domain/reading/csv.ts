/** What stands in a cell: a text, nothing, or what is known to be a number or a time of ours. */
export type Cell = string | null | { readonly plain: string };

/** Stands before the first line: without it spreadsheets read UTF-8 as something else. */
export const BYTE_ORDER_MARK = '\uFEFF';

/** What a spreadsheet takes for a formula, with whatever it skips before it. */
const FORMULA = /^[\s"']*[=+\-@|%＝＋－＠]/;
/** The same behind what some spreadsheets take for the end of a cell. */
const FORMULA_INSIDE = /([;,\t])(?=[\s"']*[=+\-@|%＝＋－＠])/g;
/** What a spreadsheet would round, shorten or make a date of. */
const NUMBER_LIKE =
  /^\d[\d.,e+\-/: ]*$|^(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ -]?\d{1,4}$/i;
/** A number it keeps as it is. */
const SMALL_NUMBER = /^(?:0|[1-9]\d{0,10})$/;
const CONTROLS = /\p{Cc}+/gu;
const TO_QUOTE = /[",;]|^\s|\s$/;

/**
 * A line of a file for spreadsheets, with its end (CRLF). No text starts a formula: it gets an
 * apostrophe. A text that looks like a number or a date ends with a tab, which nobody sees, so that
 * long numbers stay whole. Control characters are blanks. Pure.
 */
export function csvLine(cells: readonly Cell[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return cell.plain;
  const flat = cell.replace(CONTROLS, ' ').replace(FORMULA_INSIDE, "$1'");
  const safe = FORMULA.test(flat) ? `'${flat}` : flat;
  const whole = NUMBER_LIKE.test(safe) && !SMALL_NUMBER.test(safe) ? `${safe}\t` : safe;
  return TO_QUOTE.test(whole) ? `"${whole.replaceAll('"', '""')}"` : whole;
}
