import type { Receipt } from '../../domain/receipt/receipt';

/** Pages of receipts, each newest begun first. */
export type Pages = AsyncGenerator<readonly Receipt[]>;

/**
 * The receipts of several searches as those of one: the newest begun first, each once. Of every
 * search no more than a page is held.
 */
export async function* mergedPages(searches: readonly Pages[], most: number): Pages {
  const heads = searches.map((pages) => new Head(pages));
  for (;;) {
    const page: Receipt[] = [];
    while (page.length < most) {
      for (const head of heads) await head.fill();
      const [newest] = heads.flatMap(({ first }) => first ?? []).sort(byNewest);
      if (!newest) break;
      for (const head of heads) head.drop(newest.id);
      page.push(newest);
    }
    if (page.length === 0) return;
    yield page;
  }
}

/** What is left of the page of a search, and the search behind it. */
class Head {
  private page: Receipt[] = [];
  private isOver = false;

  constructor(private readonly pages: Pages) {}

  get first(): Receipt | undefined {
    return this.page[0];
  }

  async fill(): Promise<void> {
    while (this.page.length === 0 && !this.isOver) {
      const next = await this.pages.next();
      if (next.done) this.isOver = true;
      else this.page = [...next.value];
    }
  }

  drop(id: number): void {
    if (this.first?.id === id) this.page.shift();
  }
}

function byNewest(one: Receipt, other: Receipt): number {
  return other.begunAtMs - one.begunAtMs || other.id - one.id;
}
