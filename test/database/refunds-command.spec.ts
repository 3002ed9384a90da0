import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { systemRandomness } from '../../src/config/system-clock';
import { fen } from '../../src/domain/money';
import type { RefundCase } from '../../src/domain/ports/refunds';
import type { Receipt } from '../../src/domain/receipt/receipt';
import { queuedRefund } from '../../src/legacy-db/books/booking';
import { refundsCommand } from '../../src/legacy-db/commands/refunds/refunds';
import type { OpenDatabase } from '../../src/legacy-db/open-database';
import { big, sql, text } from '../../src/legacy-db/sql/sql';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { FakeGateway } from '../support/far-side/fake-gateway';
import { ManualClock } from '../support/manual-clock';
import { payProcess } from '../support/process/pay-process';
import type { PayProcess } from '../support/process/pay-process';
import { tempFolder } from '../support/temp-folder';
import { T0, anOrder, paid, some, storesOf } from './books';
import type { FreshBooks } from './books';
import { NO_NAMES } from './no-names';
import { SqliteInspect } from './sqlite-books';

const SHORT = { kind: 'balanceShort', cause: '40004 ACQ.SELLER_BALANCE_NOT_ENOUGH' } as const;
const NOTHING = { kind: 'nothing' } as const;
const FOUND = { kind: 'found', amount: fen(3_333), refundedAtMs: T0 } as const;
const DONE = { kind: 'done', total: null, refundedAtMs: T0 } as const;

const folder = tempFolder();
const file = join(folder.path, 'books.sqlite');
const clock = new ManualClock(T0);
let open: OpenDatabase;
let books: FreshBooks;
let gateway: FakeGateway;
let service: PayProcess;

beforeAll(async () => {
  Logger.overrideLogger(false);
  open = await openSqlite(file, clock);
  const inspect = new SqliteInspect(file);
  books = { ...storesOf(open), inspect, close: () => Promise.resolve(inspect.close()) };
});
afterAll(async () => {
  await books.close();
  await open.close();
  folder.remove();
});
beforeEach(() => {
  gateway = new FakeGateway();
  service = payProcess(books, gateway, clock);
});

/** The command, beside the service that has the same books open. */
function run(...words: string[]) {
  const database = { kind: 'sqlite', file } as const;
  return refundsCommand(words, { database, clock, randomness: systemRandomness });
}

const withdraw = (id: number) => run('withdraw', '--id', String(id), '--by', 'ann');

const aPaid = () => paid(books, anOrder('7', { amount: fen(10_000) }));

function nameOf({ billType, billNo, receiptId, payType }: Receipt) {
  return { billType, billNo, receiptId, payType };
}

function refund(receipt: Receipt): Promise<RefundCase> {
  const more = { operatorNo: null, reason: null, wantedUntilMs: null };
  return service.refund.refund({
    ...{ name: nameOf(receipt), batchNo: 'B1', amount: fen(3_333), ...more },
  });
}

/** What the sweep comes to after three minutes in which Alipay says this. */
async function after(receipt: Receipt, answer: typeof NOTHING | typeof FOUND): Promise<string> {
  for (let round = 0; round < 18; round += 1) {
    gateway.willFind(answer);
    clock.pass(10_000);
    await service.refundSweep.round();
  }
  const { refund: one, receipt: now } = some(await books.refunds.find(receipt, 'B1'));
  return `${one.state} ${one.givenUp}, ${now.state} ${now.refunded}`;
}

it('makes no books where there are none', async () => {
  const database = { kind: 'sqlite', file: join(folder.path, 'none.sqlite') } as const;
  const { exitCode } = await refundsCommand(['pending'], {
    ...{ database, clock, randomness: systemRandomness },
  });
  expect(exitCode).toBe(1);
});

it('shows what is pending', async () => {
  gateway.willRefund(DONE);
  await refund(await aPaid());
  expect((await run('pending')).lines).toEqual(['no refund is pending']);
  const receipt = await aPaid();
  gateway.willRefund(SHORT, DONE);
  const { refund: one } = await refund(receipt);
  clock.pass(120_000);
  const { exitCode, lines } = await run('pending');
  expect([exitCode, lines]).toEqual([
    0,
    [
      `${one.id}  33.33  asked for 2 min; bill type 7 bill ${receipt.billNo} autoid ` +
        `${receipt.receiptId} batch B1; sent 1, answered 1, Alipay said balanceShort: ` +
        '40004 ACQ.SELLER_BALANCE_NOT_ENOUGH',
    ],
  ]);
  // One that was never sent is pending, too.
  const next = await aPaid();
  const wish = { receipt: next, batchNo: 'B1', amount: fen(3_333), operatorNo: null, reason: null };
  const origin = { actor: null, requestId: null, cause: 'test', nowMs: clock.nowMs() };
  await books.refunds.begin({ ...wish, outRequestNo: 'q', asked: false }, origin);
  expect((await run('pending')).lines).toEqual([
    lines[0],
    expect.stringContaining(`bill ${next.billNo} autoid ${next.receiptId} batch B1; sent 0`),
  ]);
  gateway.willRefund(DONE);
  await refund(next);
  gateway.willRefund(DONE);
  gateway.willFind(NOTHING);
  await refund(receipt);
});

describe('a withdrawn refund', () => {
  it('is sent no more, fails once nothing can be under way, and frees its amount', async () => {
    const receipt = await aPaid();
    gateway.willRefund(SHORT);
    const { refund: one } = await refund(receipt);
    expect((await withdraw(one.id)).lines).toEqual([
      `refund ${one.id} is sent no more`,
      'give no cash before RefundQuery says 9: what was sent already may still go back',
    ]);
    expect(await books.inspect.cardBalance(some(receipt.cardNo))).toBe('66.67');
    const [event] = await books.inspect.events(receipt.id).then((all) => all.slice(-1));
    expect(event).toBe('withdrawRefund refunding');
    const actors = (books.inspect as SqliteInspect).rows(
      'select actor, amount_fen from receipt_event where receipt_row_id = ? and event = ?',
      ...[receipt.id, 'withdrawRefund'],
    );
    expect(actors).toEqual([{ actor: 'operator ann', amount_fen: 3_333 }]);
    expect(await withdraw(one.id)).toMatchObject({ exitCode: 1 });
    expect(await after(receipt, NOTHING)).toBe('failed withdrawn, paid 0');
    expect(gateway.refunds).toHaveLength(1);
    expect(await books.inspect.cardBalance(some(receipt.cardNo))).toBe('100.00');
    expect((await withdraw(one.id)).lines[0]).toContain('decided already');
    // Its batch stays as it is; another one may be begun.
    expect((await refund(receipt)).refund.state).toBe('failed');
  });

  it('whose money went back all the same is done', async () => {
    const receipt = await aPaid();
    gateway.willRefund(SHORT);
    await withdraw((await refund(receipt)).refund.id);
    expect(await after(receipt, FOUND)).toBe('done withdrawn, paid 3333');
  });

  it.each([
    [NOTHING, 'failed withdrawn, paid 0'],
    [FOUND, 'done withdrawn, paid 3333'], // Sent before the books were restored.
  ])('that was never sent is asked after: %j', async (answer, told) => {
    const receipt = await aPaid();
    const wish = { receipt, batchNo: 'B1', amount: fen(3_333), operatorNo: null, reason: null };
    const origin = { actor: null, requestId: null, cause: 'test', nowMs: clock.nowMs() };
    const begun = await books.refunds.begin({ ...wish, outRequestNo: 'n', asked: false }, origin);
    if (begun.kind !== 'begun') throw new Error(begun.kind);
    await withdraw(begun.found.refund.id);
    expect(await after(receipt, answer)).toBe(told);
    expect(gateway.refunds).toEqual([]);
  });

  it('whose last sending is under way is done when that one is', async () => {
    const receipt = await aPaid();
    gateway.willRefund(async () => {
      const pending = some(await books.refunds.find(receipt, 'B1'));
      await withdraw(pending.refund.id);
      return DONE;
    });
    expect((await refund(receipt)).refund).toMatchObject({ state: 'done', givenUp: 'withdrawn' });
  });
});

it("a duplicate's money is not withdrawn: the guest is owed it", async () => {
  const receipt = await aPaid();
  await open.database.write('test', (db) => db.change(queuedRefund(receipt, T0)));
  const [debt] = (books.inspect as SqliteInspect).rows<{ id: number }>(
    'select id from refund where receipt_row_id = ?',
    receipt.id,
  );
  const { exitCode, lines } = await withdraw(some(debt).id);
  expect([exitCode, lines[0]]).toEqual([1, expect.stringContaining('owed')]);
  const shown = async () => (await run('pending')).lines.filter((line) => /batch dup/.test(line));
  expect(await shown()).toEqual([]);
  await open.database.write('test', (db) =>
    db.change(sql`update refund set state = ${text(12, 'asked')}
        where id = ${big(some(debt).id)}`),
  );
  expect(await shown()).toHaveLength(1);
});

it.each([
  [[]],
  [['pending', 'all']],
  [['withdraw']],
  [['withdraw', '--id', '1']],
  [['withdraw', '--id', '0', '--by', 'ann']],
  [['withdraw', '--id', 'B1', '--by', 'ann']],
  [['withdraw', '--id', '1', '--by']],
  [['withdraw', '--id', '--by', '1', 'ann']],
  [['withdraw', '--id', '1', '--id', '1']],
  [['withdraw', '--id', '1', '--by', 'ann', 'b']],
  [['withdraw', 'x', '--id', '1', '--by']],
])('refuses %j', async (words) => {
  const { exitCode, lines } = await run(...words);
  expect([exitCode, lines]).toEqual([1, [expect.stringMatching(/^npm run refunds/)]]);
});

it.each([['ann'], ['Li Na'], ['王芳'], [' ann '], ['a'.repeat(40)]])('takes %j', async (by) => {
  expect(await run('withdraw', '--by', by, '--id', '99999')).toEqual({
    ...{ exitCode: 1, lines: ['refund 99999: there is no refund of this id'] },
  });
});

it.each(NO_NAMES)('refuses %j as the name of a person', async (by, line) => {
  const refused = { exitCode: 1, lines: [line] };
  expect(await run('withdraw', '--id', '1', '--by', by)).toEqual(refused);
});
