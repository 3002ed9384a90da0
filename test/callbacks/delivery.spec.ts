import { MOST_TRIES } from '../../src/domain/callback/delivery';
import { sql } from '../../src/legacy-db/sql/sql';
import { Desk, HOUR, TOLD } from '../database/callback-desk';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock } from '../../src/config/system-clock';
import { T0, aPayment, anOrder } from '../database/books';
import type { FreshBooks } from '../database/books';
import { openFreshSqlite } from '../database/sqlite-books';
import { CallbackReceiver, webhookSecret } from '../support/far-side/callback-receiver';
import type { Manner } from '../support/far-side/callback-receiver';
import { itLong } from '../support/long';
import { ManualClock } from '../support/manual-clock';
import { aLoop, settle } from './loop';
import type { LoopOfTest } from './loop';

jest.setTimeout(60_000);

const OLD = webhookSecret('a');
const NEW = webhookSecret('b');

let books: FreshBooks;
let desk: Desk;
let receiver: CallbackReceiver;
let clock: ManualClock;
let one: LoopOfTest;

const told = (secrets = [OLD]) => ({
  billType: TOLD,
  url: receiver.url,
  secrets,
  format: 'json' as const,
});

beforeEach(async () => {
  books = await openFreshSqlite();
  desk = new Desk(books);
  clock = new ManualClock(T0);
  receiver = await new CallbackReceiver(OLD, () => clock.nowMs()).start();
  one = aLoop(books.callbacks, clock, told());
});
afterEach(async () => {
  one.client.close();
  await receiver.die();
  await books.close();
});

/** What the books say of every callback. */
function outbox(): Promise<{ event_id: string; state: string; tries: number }[]> {
  return books.inspect.query(sql`select event_id, state, tries from callback order by id`);
}

/** Makes time pass until nothing is left to be told, or for `hours`. */
async function pass(
  loops: readonly LoopOfTest[],
  hours: number,
  stepMs = 5 * 60_000,
): Promise<void> {
  for (let passed = 0; passed < hours * HOUR; passed += stepMs) {
    await Promise.all(loops.map(settle));
    clock.pass(stepMs);
  }
}

it('tells what happened, verified, in the order of each receipt', async () => {
  const receipt = await desk.paid(clock.nowMs());
  await settle(one);
  await desk.giveBack(receipt, clock.nowMs());
  await settle(one);
  const data = { billnum: receipt.billNo, autoid: receipt.receiptId };
  expect(receiver.events).toMatchObject([
    { type: 'payment.paid', data: { ...data, paystatus: 'SUCCESS', seq: 1 } },
    { type: 'payment.refunded', data: { ...data, paystatus: 'REFUND', seq: 2 } },
  ]);
  expect(await outbox()).toMatchObject([{ state: 'taken' }, { state: 'taken' }]);
  expect(one.lines).toHaveLength(2);
  expect(one.lines[0]).toMatch(
    /^callback to 2 payment\.paid evt_[0-9a-f]{32} seq 1: 204 taken, try 1, \d+ ms, taken$/,
  );
  expect(one.counts.all()).toEqual([{ billType: TOLD, ending: 'taken', count: 2 }]);
});

it.each<[string, Manner]>([
  ['500', { status: 500 }],
  ['a redirect', { status: 302, headers: { Location: 'http://127.0.0.1:1/' } }],
  ['404', { status: 404 }],
  ['nothing at all', 'hang'],
  ['a cut connection after it has read', 'drop'],
])('tries again after %s, with the same body and id, signed afresh', async (_what, manner) => {
  receiver.next.push(manner);
  await desk.paid(clock.nowMs());
  await settle(one);
  expect(receiver.ledger).toEqual([]);
  clock.pass(6_001);
  await settle(one);
  const [first, again] = receiver.heard;
  expect([again?.id, again?.body]).toEqual([first?.id, first?.body]);
  expect(again?.headers['webhook-timestamp']).not.toBe(first?.headers['webhook-timestamp']);
  expect(receiver.heard.every(({ isGenuine }) => isGenuine)).toBe(true);
  expect(await outbox()).toMatchObject([{ state: 'taken', tries: 2 }]);
});

it('obeys Retry-After, and gives up at 410 alone', async () => {
  receiver.next.push({ status: 429, headers: { 'Retry-After': '600' } }, { status: 410 });
  await desk.paid(clock.nowMs());
  await settle(one);
  clock.pass(599_000);
  await settle(one);
  expect(receiver.heard).toHaveLength(1);
  clock.pass(1_001);
  await settle(one);
  expect(receiver.heard).toHaveLength(2);
  await pass([one], 30, HOUR);
  expect(receiver.heard).toHaveLength(2);
  expect(await outbox()).toMatchObject([{ state: 'givenUp' }]);
  await desk.paid(clock.nowMs());
  await settle(one);
  expect(receiver.events).toHaveLength(1);
});

it('goes on while the secret changes', async () => {
  await desk.paid(clock.nowMs());
  const both = aLoop(books.callbacks, clock, told([NEW, OLD]));
  await settle(both);
  receiver.secret = NEW;
  await desk.paid(clock.nowMs());
  await settle(both);
  both.client.close();
  expect(receiver.heard.map(({ isGenuine }) => isGenuine)).toEqual([true, true]);
});

it('loses nothing while a receiver is dead for two days, and gives up after three', async () => {
  await receiver.die();
  await desk.paid(clock.nowMs());
  await pass([one], 50, 30 * 60_000);
  await desk.paid(clock.nowMs());
  expect(await outbox()).toMatchObject([{ state: 'waiting' }, { state: 'written' }]);
  await receiver.start();
  await pass([one], 30, 30 * 60_000);
  expect(await outbox()).toMatchObject([{ state: 'taken' }, { state: 'taken' }]);
  await receiver.die();
  await desk.paid(clock.nowMs());
  await pass([one], 100, 30 * 60_000);
  expect((await outbox())[2]).toMatchObject({ state: 'givenUp', tries: MOST_TRIES });
  expect((await desk.alarms()).map(({ kind }) => kind)).toEqual([
    'receiverFailing',
    'callbackGivenUp',
  ]);
});

it('counts once what several processes tell, through every kind of failure', async () => {
  const manners: Manner[] = ['drop', { status: 500 }, { status: 302 }, { status: 503 }, 'hang'];
  const loops = [1, 2, 3].map(() => aLoop(books.callbacks, clock, told(), 100));
  for (let each = 0; each < 30; each += 1) {
    if (each % 3 === 0) receiver.next.push(manners[each % manners.length] ?? 'drop');
    const receipt = await desk.paid(clock.nowMs());
    if (each % 4 === 0) await desk.giveBackInPart(receipt);
    if (each % 10 === 0) await Promise.all(loops.map(settle));
  }
  await pass(loops, 3);
  for (const { client } of loops) client.close();
  const rows = await outbox();
  expect(rows.filter(({ state }) => state !== 'taken')).toEqual([]);
  expect(receiver.ledger.sort()).toEqual(rows.map(({ event_id }) => event_id).sort());
  const orders = new Map<string, number[]>();
  for (const { data } of receiver.events) {
    orders.set(data.autoid, [...(orders.get(data.autoid) ?? []), data.seq]);
  }
  const unordered = [...orders.values()].filter((seqs) =>
    seqs.some((seq, i) => seq < (seqs[i - 1] ?? 0)),
  );
  expect([rows.length, unordered]).toEqual([38, []]);
  expect(rows.length).toBe(Math.max(...receiver.events.map(({ data }) => data.seq)));
});

it('lets go at a stop of what does not end', async () => {
  receiver.usually = 'hang';
  const slow = aLoop(books.callbacks, clock, told(), 60_000);
  await desk.paid(clock.nowMs());
  slow.loop.start();
  await receiver.until(() => receiver.heard.length === 1);
  const startedAt = performance.now();
  await slow.loop.stop(10);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  slow.client.close();
  receiver.usually = { status: 204 };
  const next = aLoop(books.callbacks, clock, told(), 60_000);
  await settle(next);
  next.client.close();
  expect(await outbox()).toMatchObject([{ state: 'taken', tries: 2 }]);
});

it('sends eight at a time, and a receiver that hangs delays no other', async () => {
  receiver.usually = 'hang';
  const slow = aLoop(books.callbacks, clock, told(), 60_000);
  for (let each = 0; each < 20; each += 1) await desk.paid(clock.nowMs());
  const order = anOrder('7');
  const decision = await books.telling['7'].begin(order);
  if (decision.kind !== 'begun') throw new Error(decision.kind);
  await desk.move(decision.receipt, [{ event: 'pay', payment: aPayment() }], clock.nowMs());
  const card = await new CallbackReceiver(OLD, () => clock.nowMs()).start();
  const other = aLoop(books.callbacks, clock, { ...told(), billType: '7', url: card.url });
  slow.loop.start();
  await receiver.until(() => receiver.heard.length === 8);
  await settle(other);
  expect(card.events).toMatchObject([{ type: 'payment.paid', data: { seq: 1 } }]);
  await slow.loop.stop(10);
  expect(receiver.heard).toHaveLength(8);
  for (const { client } of [slow, other]) client.close();
  await card.die();
});

itLong('tells a payment within a second, at fifty a second', async () => {
  await receiver.die();
  receiver = await new CallbackReceiver(OLD).start();
  const now = aLoop(books.callbacks, systemClock, told());
  now.loop.start();
  const committed = new Map<string, number>();
  for (let each = 0; each < 150; each += 1) {
    const due = wait(20);
    const { receiptId } = await desk.paid(Date.now());
    committed.set(receiptId, performance.now());
    await due;
  }
  await receiver.until(() => receiver.heard.length >= 150);
  await now.loop.stop(200);
  now.client.close();
  const waits = receiver.heard.map(({ atMs, body }) => {
    const { data } = JSON.parse(body) as { data: { autoid: string } };
    return atMs - (committed.get(data.autoid) ?? NaN);
  });
  const p99 = waits.sort((left, right) => left - right)[Math.floor(waits.length * 0.99)];
  expect(p99).toBeLessThan(1_000);
});
