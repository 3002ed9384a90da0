import { join } from 'node:path';
import { systemClock } from '../../src/config/system-clock';
import type { XposRequest } from '../../src/domain/xpos-requests';
import { openSqlite } from '../../src/legacy-db/open-sqlite';
import type { OpenDatabase } from '../../src/legacy-db/open-database';
import { XposRequestStore } from '../../src/legacy-db/xpos-request-store';
import { tempFolder } from '../support/temp-folder';
import { T0, freshNumber } from './books';

const folder = tempFolder();
const path = join(folder.path, 'books.sqlite');
let open: OpenDatabase[] = [];
let stores: XposRequestStore[] = [];

// Two processes on one file.
beforeAll(async () => {
  open = [await openSqlite(path, systemClock), await openSqlite(path, systemClock)];
  stores = open.map(({ database }) => new XposRequestStore(database));
});
afterAll(async () => {
  for (const each of open) await each.close();
  folder.remove();
});

function aRequest(changes: Partial<XposRequest> = {}): XposRequest {
  return {
    appKey: 'app',
    requestId: freshNumber('R'),
    content: 'c'.repeat(64),
    outBizId: '订单 900',
    outTradeNo: freshNumber('N'),
    ...changes,
  };
}

function store(index: number): XposRequestStore {
  const one = stores[index % 2];
  if (!one) throw new Error('not open');
  return one;
}

it('the first of many claims stays, over processes', async () => {
  const first = aRequest();
  const claims = Array.from({ length: 10 }, (_one, index) =>
    store(index).claim({ ...first, outTradeNo: freshNumber('N') }, T0),
  );
  const numbers = new Set((await Promise.all(claims)).map(({ outTradeNo }) => outTradeNo));
  expect(numbers.size).toBe(1);
  const later = await store(0).claim({ ...first, content: 'd', outBizId: 'other' }, T0 + 1);
  expect(later).toEqual({ ...first, outTradeNo: [...numbers][0] });
});

it('is found by its number alone', async () => {
  const request = aRequest();
  await store(0).claim(request, T0);
  expect(await store(1).findByOutTradeNo(request.outTradeNo)).toEqual(request);
  expect(await store(1).findByOutTradeNo(request.requestId)).toBeNull();
});

it.each<[string, Partial<XposRequest>]>([
  ['another app', { appKey: 'App' }],
  ['another case', { requestId: 'r-1' }],
  ['a blank more', { requestId: 'R-1 ' }],
])('%s is another request', async (_what, changes) => {
  const first = aRequest({ appKey: freshNumber('A'), requestId: 'R-1' });
  await store(0).claim(first, T0);
  const other = { ...first, outTradeNo: freshNumber('N'), ...changes };
  expect(await store(0).claim(other, T0)).toEqual(other);
});

it('a number that another request has is refused', async () => {
  const first = aRequest();
  await store(0).claim(first, T0);
  const second = store(0).claim(aRequest({ outTradeNo: first.outTradeNo }), T0);
  await expect(second).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_UNIQUE' });
});
