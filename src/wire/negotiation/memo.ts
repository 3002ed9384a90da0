/** Texts longer than this are not remembered. */
const MAX_TEXT = 512;
const MAX_TEXTS = 256;

/**
 * Remembers what texts lead to: tills send the same headers with every request. Bounded, whatever
 * is sent; when it is full it starts afresh.
 */
export class Memo<Result> {
  private readonly known = new Map<string, Result>();

  /** What `make` gives for a text; it must depend on nothing else. */
  of(text: string, make: () => Result): Result {
    const found = this.known.get(text);
    if (found !== undefined) return found;
    const result = make();
    if (text.length > MAX_TEXT) return result;
    if (this.known.size >= MAX_TEXTS) this.known.clear();
    this.known.set(text, result);
    return result;
  }
}
