import { ActName, ControlOrder } from './acts';

/** What came of an act, told once on the page that follows it. */
export interface Note {
  readonly act: ActName;
  /** What was asked of the control API; the same can be asked by curl. */
  readonly order: ControlOrder;
  /** The code of the refusal; null: it was done. */
  readonly refused: string | null;
  /** What the control API answered. */
  readonly answer: unknown;
}

const KEPT = 200;

/** The last notes, by their numbers; a page that is loaded again shows its note again. */
export class Notes {
  private readonly kept = new Map<number, Note>();
  private lastId = 0;

  keep(note: Note): number {
    this.lastId += 1;
    this.kept.set(this.lastId, note);
    this.kept.delete(this.lastId - KEPT);
    return this.lastId;
  }

  find(id: string | null): Note | undefined {
    return this.kept.get(Number(id ?? 0));
  }
}
