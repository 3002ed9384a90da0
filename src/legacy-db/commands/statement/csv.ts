/** What Excel, WPS and LibreOffice know a UTF-8 file by. */
export const BOM = '\ufeff';

const AMOUNT = /^-?\d{1,15}(?:\.\d\d)?$/;
/** More digits than this are shown as 2.02E+27, and those behind the fifteenth are lost. */
const LONG_NUMBER = /^\d{12,}$/;
/** With these a cell begins that a program of tables takes for a formula. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/** One line of a table: CRLF, quoted where needed, no cell a formula, long numbers whole. */
export function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map((cell) => quoted(safe(String(cell)))).join(',')}\r\n`;
}

/** A long number is text by a tab behind it, as in Alipay's own files. */
function safe(text: string): string {
  if (LONG_NUMBER.test(text)) return `${text}\t`;
  return FORMULA.test(text) && !AMOUNT.test(text) ? `'${text}` : text;
}

function quoted(text: string): string {
  return /[",\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
