const HEX_NUMBER = /^[0-9a-f]{32}$/;
const TIME_DIGITS = 12;
const DAY_MS = 86_400_000;

/**
 * Is a number that the books do not hold one that this service gave out? It begins with the mark of
 * this installation. Older ones have none: their first 12 hex digits are the time they were made
 * at, which cannot lie a day from what became of it.
 */
export function isOurNumber(outTradeNo: string, atMs: number, tradePrefix: string): boolean {
  if (outTradeNo.startsWith(tradePrefix)) return true;
  if (!HEX_NUMBER.test(outTradeNo)) return false;
  const madeAtMs = Number.parseInt(outTradeNo.slice(0, TIME_DIGITS), 16);
  return Math.abs(madeAtMs - atMs) <= DAY_MS;
}

/** Has a number a form of ours, of whatever mark? Others need not be looked for in the books. */
export function canBeOurs(outTradeNo: string): boolean {
  return HEX_NUMBER.test(outTradeNo) || /^3p[a-z]{2}/.test(outTradeNo);
}
