const OFFSET_MS = 8 * 3_600_000;
const TEXT = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/;

/** China time (UTC+8, no daylight saving) as Alipay and TOP write it: `yyyy-MM-dd HH:mm:ss`. */
export function chinaTime(epochMs: number): string {
  return new Date(epochMs + OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ');
}

/** Epoch ms of a China time text `yyyy-MM-dd HH:mm:ss`; null when the text is no such instant. */
export function parseChinaTime(text: unknown): number | null {
  if (typeof text !== 'string' || !TEXT.test(text)) return null;
  const epochMs = Date.parse(`${text.replace(' ', 'T')}Z`) - OFFSET_MS;
  return Number.isNaN(epochMs) || chinaTime(epochMs) !== text ? null : epochMs;
}
