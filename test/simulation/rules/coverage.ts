import { CELLS } from '../world/faults';
import type { FaultKind } from '../world/faults';

/** How often each fault happened at each point, over many stories. */
export class Coverage {
  private readonly hits = new Map<string, number>();

  add(happened: readonly string[]): void {
    for (const label of happened) {
      const cell = label.slice(0, label.lastIndexOf('#'));
      this.hits.set(cell, (this.hits.get(cell) ?? 0) + 1);
    }
  }

  /** Everything that happened, for another process. */
  cells(): [cell: string, times: number][] {
    return [...this.hits];
  }

  /** Adds what happened in another process. */
  merge(cells: readonly (readonly [cell: string, times: number])[]): void {
    for (const [cell, times] of cells) this.hits.set(cell, (this.hits.get(cell) ?? 0) + times);
  }

  /** The defined cells in which nothing ever happened. */
  empty(): string[] {
    const cells = [...CELLS].flatMap(([point, kinds]) => kinds.map((kind) => `${point}/${kind}`));
    return cells.filter((cell) => !this.hits.has(cell));
  }

  /** The matrix, points down, faults across; a dot where a fault makes no sense. */
  table(): string {
    const kinds = [...new Set([...CELLS.values()].flat())];
    const width = Math.max(...[...CELLS.keys()].map(({ length }) => length));
    const row = (name: string, cells: readonly string[]): string =>
      `${name.padEnd(width)} ${cells.map((cell) => cell.padStart(11)).join(' ')}`;
    const count = (point: string, kind: FaultKind): string =>
      CELLS.get(point)?.includes(kind) ? String(this.hits.get(`${point}/${kind}`) ?? 0) : '.';
    const points = [...CELLS.keys()];
    return [
      row('I/O point', kinds),
      ...points.map((point) =>
        row(
          point,
          kinds.map((kind) => count(point, kind)),
        ),
      ),
    ].join('\n');
  }
}
