import type { Receipt } from '../../domain/receipt/receipt';
import { mergedPages } from './merged-pages';
import type { Pages } from './merged-pages';

/** Pages of receipts by their ids; the begin of each is the whole part of its id. */
async function* pagesOf(...pages: number[][]): Pages {
  await Promise.resolve();
  for (const ids of pages) {
    yield ids.map((id) => ({ id, begunAtMs: Math.floor(id) }) as Receipt);
  }
}

async function merged(searches: Pages[], most = 3): Promise<number[][]> {
  const found: number[][] = [];
  for await (const page of mergedPages(searches, most)) found.push(page.map(({ id }) => id));
  return found;
}

it.each<[string, number[][][], number[][]]>([
  ['of nothing is nothing', [], []],
  ['of empty ones is nothing', [[], [[], []]], []],
  [
    'is in pages, the newest first',
    [[[9, 7], [5]], [[8, 6, 4]]],
    [
      [9, 8, 7],
      [6, 5, 4],
    ],
  ],
  ['has each receipt once', [[[9, 5]], [[9, 7], [5]], [[5]]], [[9, 7, 5]]],
  ['goes on behind an empty page', [[[9], [], [3]], [[4]]], [[9, 4, 3]]],
  ['is by number within a moment', [[[2.1]], [[2.5, 1.2]]], [[2.5, 2.1, 1.2]]],
])('a search of several %s', async (_what, searches, pages) => {
  expect(await merged(searches.map((each) => pagesOf(...each)))).toEqual(pages);
});
