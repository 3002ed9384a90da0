/**
 * A note of one kind on objects that others make, such as a request on its way. It is kept in the
 * object itself: tables of weak references cost a busy service its garbage collector's time.
 */
export class Note<Value> {
  private readonly key: symbol;

  /** `name` is what a debugger shows. */
  constructor(name: string) {
    this.key = Symbol(name);
  }

  /** Leaves the note; one that was there is replaced. */
  put(on: object, value: Value): void {
    (on as Record<symbol, Value>)[this.key] = value;
  }

  /** The note; null: there is none. */
  of(on: object): Value | null {
    return (on as Partial<Record<symbol, Value>>)[this.key] ?? null;
  }
}
