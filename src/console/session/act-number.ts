/** Is this the number of an act, as pages give them? */
export function isActNumber(text: string): boolean {
  return /^[0-9a-f]{32}$/.test(text);
}
