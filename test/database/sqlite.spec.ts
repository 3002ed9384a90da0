import { anOrder, begun } from './books';
import { describeReceiptRepositories } from './receipt-repository.suite';
import { openFreshSqlite } from './sqlite-books';

describeReceiptRepositories('SQLite', openFreshSqlite);

it("dates a Begin by the service's own clock, in China time", async () => {
  const books = await openFreshSqlite();
  const order = anOrder('2');
  await begun(books, order);
  const row = await books.inspect.systemRow('2', order.outTradeNo);
  expect(row?.begunat).toBe('2026-11-22 12:00:00');
  await books.close();
});
