import { join } from 'node:path';
import { systemClock } from '../../src/config/system-clock';
import { fen } from '../../src/domain/money';
import type { Receipt } from '../../src/domain/receipt/receipt';
import { MIGRATIONS, openWriter, sqliteWriter } from '../../src/legacy-db/data-source';
import { sql } from '../../src/legacy-db/sql/sql';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { tempFolder } from '../support/temp-folder';
import type { FreshBooks } from './books';
import { aMove, aPayment, anOrder, begun, paid, some, storesOf, waiting } from './books';
import { SqliteInspect, putEmptyBooks } from './sqlite-books';

const FIRST_NEW = MIGRATIONS.findIndex(({ name }) => name.startsWith('EventActors'));

/** The version before cannot go on with a refund: it would cancel all of the payment. */
it('books with a refund that is not decided do not go back to the version before', async () => {
  const folder = tempFolder();
  const path = join(folder.path, 'books.sqlite');
  await putEmptyBooks(path);
  const writer = sqliteWriter(path);
  await openWriter(writer);
  const last = MIGRATIONS.length - 1;
  const refunds = MIGRATIONS.findIndex(({ name }) => name.startsWith('Refunds'));
  for (let step = last; step > refunds; step -= 1) await writer.undoLastMigration();
  await writer.query(`insert into refund (receipt_row_id, batch_no, batch_key, amount_fen, state,
    cause, queued_at_ms) values (1, 'B1', 'B1', 1, 'asked', 'caller', 0)`);
  await expect(writer.undoLastMigration()).rejects.toThrow('a refund is not decided');
  await writer.query(`update refund set state = 'done'`);
  await writer.undoLastMigration();
  await writer.destroy();
  folder.remove();
});

/** Books of the version before refunds, with receipts open in them, opened by this version. */
describe('books from before refunds', () => {
  const folder = tempFolder();
  const path = join(folder.path, 'books.sqlite');
  let books: FreshBooks;
  let old: Record<'held' | 'kept' | 'given' | 'started' | 'gone' | 'owed' | 'parted', Receipt>;

  async function open(): Promise<FreshBooks> {
    const database = await openSqlite(path, systemClock);
    const inspect = new SqliteInspect(path);
    const close = async (): Promise<void> => {
      inspect.close();
      await database.close();
    };
    return { ...storesOf(database), inspect, close };
  }

  /** A payment beside another one of its bill. */
  async function duplicate(made: FreshBooks): Promise<Receipt> {
    const receipts = made.repositories['2'];
    const first = await waiting(made, anOrder('2'));
    const closed = some(await receipts.move(first, ...aMove('close')));
    await paid(made, anOrder('2', { billNo: first.billNo }));
    return some(await receipts.move(closed, ...aMove('pay', { payment: aPayment() })));
  }

  /** Takes the file back to how the version before left it. */
  async function undoMigrations(): Promise<void> {
    const writer = sqliteWriter(path);
    await openWriter(writer);
    for (let times = FIRST_NEW; times < MIGRATIONS.length; times += 1) {
      await writer.undoLastMigration();
    }
    await writer.destroy();
  }

  beforeAll(async () => {
    await putEmptyBooks(path);
    const made = await open();
    const move = async (receipt: Receipt, step: ReturnType<typeof aMove>) =>
      some(await made.repositories['7'].move(receipt, ...step));
    const refunding = await move(await paid(made, anOrder('7')), aMove('beginRefund'));
    const ending = await move(await paid(made, anOrder('7')), aMove('beginRefund'));
    const all = aMove('refundInFull', { refunded: fen(8_888) });
    const portal = aMove('refundInPart', { refunded: fen(333), foreignRequestNo: 'p-1' });
    old = {
      held: refunding,
      kept: await paid(made, anOrder('7')),
      given: await waiting(made, anOrder('7')),
      started: await begun(made, anOrder('2')),
      gone: await move(ending, all),
      owed: await duplicate(made),
      parted: await move(await paid(made, anOrder('7')), portal),
    };
    await made.close();
    await undoMigrations();
  });
  afterAll(async () => {
    await books.close();
    folder.remove();
  });

  it('said by the result that a card had given up all of it', () => {
    const inspect = new SqliteInspect(path);
    const rows = inspect.rows<{ result: string }>(
      'select result from receipt_stored_value where outtradeno = ?',
      old.held.outTradeNo,
    );
    expect(rows).toEqual([{ result: 'H' }]);
    const columns = (table: string) =>
      inspect.rows<{ name: string }>(`pragma table_info('${table}')`).map(({ name }) => name);
    expect(columns('receipt_event')).not.toContain('actor');
    expect(columns('receipt')).not.toContain('giving_back');
    expect(columns('refund')).not.toContain('batch_key');
    expect(inspect.rows(`select batch_no from refund where cause = 'duplicate'`)).toEqual([
      { batch_no: 'duplicate' },
    ]);
    inspect.close();
  });

  it('are migrated with what is open in them, to the fen', async () => {
    books = await open();
    for (const receipt of Object.values(old)) {
      expect(await books.repositories[receipt.billType].get(receipt.id)).toEqual(receipt);
    }
    const row = async ({ outTradeNo }: Receipt) => {
      const found = some(await books.inspect.systemRow('7', outTradeNo));
      return [found.result, found.heldvalue];
    };
    expect(await row(old.held)).toEqual(['S', '88.88']);
    expect(await row(old.kept)).toEqual(['S', null]);
    expect(await row(old.given)).toEqual([null, null]);
    const balance = ({ cardNo }: Receipt) => books.inspect.cardBalance(some(cardNo));
    expect([await balance(old.held), await balance(old.kept)]).toEqual(['0.00', '88.88']);
    expect(await books.inspect.events(old.held.id)).toHaveLength(4);
    expect([old.held.givingBack, old.kept.givingBack]).toEqual(['cancel', 'none']);
    expect(await books.inspect.refunds(old.owed.id)).toEqual(['\u0001duplicate 8888 queued']);
    expect(await books.inspect.refunds(old.parted.id)).toEqual(['\u0001channel 0 333 done']);
    const keys = await books.inspect.query(
      sql`select tries, answered, claim_until_ms, batch_no = batch_key as same from refund`,
    );
    const fresh = { tries: 0, answered: 0, claim_until_ms: 0, same: 1 };
    expect(keys).toEqual([fresh, fresh]);
  });

  it('go on: the hold is given up once, another is taken, a payment comes', async () => {
    const receipts = books.repositories['7'];
    const balance = ({ cardNo }: Receipt) => books.inspect.cardBalance(some(cardNo));
    const back = some(await receipts.move(old.held, ...aMove('endRefund')));
    expect([back.state, await balance(back)]).toEqual(['paid', '88.88']);
    some(await receipts.move(old.kept, ...aMove('beginRefund')));
    expect(await balance(old.kept)).toBe('0.00');
    some(await receipts.move(old.given, ...aMove('pay', { payment: aPayment() })));
    expect(await balance(old.given)).toBe('88.88');
  });
});
