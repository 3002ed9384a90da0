/** What a scanner may put around what it read: blanks, tabs, line ends; no other control. */
const SCANNER_BLANKS = /^[^\S\v\f]+|[^\S\v\f]+$/g;

/** The guest's code without what the scanner put around it. What is within it stays. */
export function scannedCode(text: string): string {
  return text.replace(SCANNER_BLANKS, '');
}
