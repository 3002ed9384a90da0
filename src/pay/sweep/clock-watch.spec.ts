import { Logger } from '@nestjs/common';
import type { FreshBooks } from '../../../test/database/books';
import { T0 } from '../../../test/database/books';
import { openFreshSqlite } from '../../../test/database/sqlite-books';
import { FakeGateway } from '../../../test/support/far-side/fake-gateway';
import { ManualClock } from '../../../test/support/manual-clock';
import { sql, text } from '../../legacy-db/sql/sql';
import { ClockWatch } from './clock-watch';

describe('the watch over the clock', () => {
  let books: FreshBooks;
  let lines: string[];

  beforeEach(async () => {
    books = await openFreshSqlite();
    lines = [];
    const error = (line: string) => void lines.push(line);
    Logger.overrideLogger({ log: () => undefined, warn: () => undefined, error });
  });
  afterEach(() => books.close());
  afterAll(() => {
    Logger.overrideLogger(false);
  });

  /** Looks twice while Alipay's clock says this; the alarms that are open then. */
  async function alarms(channelNowMs: number | null): Promise<unknown[]> {
    const gateway = new FakeGateway();
    gateway.channelNowMs = () => channelNowMs;
    const watch = new ClockWatch(gateway, new ManualClock(T0), books.alarms);
    await watch.look();
    await watch.look();
    const rows = await books.inspect.query<{ detail: string }>(
      sql`select detail from alarm where kind = ${text(30, 'clockWrong')}`,
    );
    return rows.map(({ detail }) => detail);
  }

  it.each([null, T0, T0 - 30_000, T0 + 30_000])('is content with %s', async (channelNowMs) => {
    expect(await alarms(channelNowMs)).toEqual([]);
    expect(lines).toEqual([]);
  });

  it.each([
    [T0 - 30_001, 'this machine is 30 s ahead of Alipay'],
    [T0 + 30_001, 'this machine is 30 s behind Alipay'],
  ])('calls somebody once, at %d', async (channelNowMs, detail) => {
    expect(await alarms(channelNowMs)).toEqual([detail]);
    expect(lines).toEqual([`alarm clockWrong: ${detail}`]);
  });
});
