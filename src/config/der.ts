/** One value of a DER encoding. */
export interface DerValue {
  readonly tag: number;
  readonly content: Buffer;
  /** The value with its tag and length. */
  readonly whole: Buffer;
}

const LONG_FORM = 0x80;

/**
 * The values that stand one after another in `bytes`. Throws plainly when they are not DER: cut
 * off, of indefinite length, or longer than what holds them.
 */
export function derValues(bytes: Buffer): DerValue[] {
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.length;) {
    const value = derValueAt(bytes, at);
    values.push(value);
    at += value.whole.length;
  }
  return values;
}

/** An object identifier in dots, such as `2.5.4.3`. */
export function objectIdentifier(content: Buffer): string {
  const arcs: bigint[] = [];
  let arc = 0n;
  for (const byte of content) {
    arc = (arc << 7n) | BigInt(byte & 0x7f);
    if (byte < LONG_FORM) {
      arcs.push(arc);
      arc = 0n;
    }
  }
  const [first = 0n, ...rest] = arcs;
  const top = first < 80n ? first / 40n : 2n;
  return [top, first - top * 40n, ...rest].join('.');
}

function derValueAt(bytes: Buffer, at: number): DerValue {
  const tag = bytes[at] ?? 0;
  const first = bytes[at + 1] ?? 0;
  const extra = first < LONG_FORM ? 0 : first - LONG_FORM;
  if (extra > 4 || first === LONG_FORM || at + 2 + extra > bytes.length) throw notDer();
  const length = extra === 0 ? first : bytes.readUIntBE(at + 2, extra);
  const start = at + 2 + extra;
  if (start + length > bytes.length) throw notDer();
  return {
    tag,
    content: bytes.subarray(start, start + length),
    whole: bytes.subarray(at, start + length),
  };
}

function notDer(): Error {
  return new Error('not DER');
}
