const DAY_MS = 86_400_000;
const CHINA_OFFSET_MS = 8 * 3_600_000;
const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: DAY_MS };
const RELATIVE = /^([1-9]\d{0,4})([mhd])$/;

/**
 * Length of a relative time such as `90m`, in ms; `1c` (end of the China day) has none and is
 * null. Undefined when the text is no such time, or beyond `1m` to `15d`.
 * Source: Alipay trade.precreate, timeout_express (open/05osv9).
 */
export function timeoutLength(text: string): number | null | undefined {
  if (text === '1c') return null;
  const match = RELATIVE.exec(text);
  const unit = UNIT_MS[match?.[2] ?? ''];
  if (!match || unit === undefined) return undefined;
  const length = Number(match[1]) * unit;
  return length <= 15 * DAY_MS ? length : undefined;
}

/** The instant at which a relative time ends that starts at `fromMs`. Epoch ms. */
export function timeoutEnd(text: string, fromMs: number): number {
  const length = timeoutLength(text);
  if (length === undefined) throw new Error('not a relative time');
  if (length !== null) return fromMs + length;
  const chinaDay = Math.floor((fromMs + CHINA_OFFSET_MS) / DAY_MS);
  return (chinaDay + 1) * DAY_MS - CHINA_OFFSET_MS;
}
