/**
 * The service's clock, by the `Date` of its answers: a till's own may be wrong. It goes on by the
 * page's monotonic clock; behind the true one by a second and the way of the answer at most, never
 * ahead.
 */

let aheadMs = null;

/** Hears an answer of the service. */
export function hear(response) {
  const at = Date.parse(response.headers.get('date') ?? '');
  if (Number.isFinite(at)) aheadMs = at - performance.now();
}

/** Epoch ms; null: no answer was heard yet. */
export function serverNow() {
  return aheadMs === null ? null : Math.floor(aheadMs + performance.now());
}

/** Asks for it where it is not known. */
export async function askServerNow() {
  if (aheadMs === null) {
    try {
      const options = { method: 'HEAD', cache: 'no-store', signal: AbortSignal.timeout(5000) };
      hear(await fetch('/till/icon.svg', options));
    } catch {
      // It stays unknown.
    }
  }
  return serverNow();
}

const CHINA_MS = 8 * 3_600_000;

/** `2026-11-30 22:50:27` of China as epoch ms; null: it is none. */
export function fromChinaTime(text) {
  const at = Date.parse(`${String(text).replace(' ', 'T')}+08:00`);
  return Number.isFinite(at) ? at : null;
}

/** The day in China, `2026-11-30`. */
export function chinaDay() {
  return new Date((serverNow() ?? Date.now()) + CHINA_MS).toISOString().slice(0, 10);
}
