import { SteppedClock } from '../../../test/support/far-side/scripted-alipay';
import { Slots } from './slots';

let clock: SteppedClock;
let slots: Slots;
let log: string[];

beforeEach(() => {
  clock = new SteppedClock();
  slots = new Slots(2, 2, clock);
  log = [];
});

function take(name: string, withinMs = 1_000): void {
  void slots.take(withinMs).then((got) => log.push(`${name} ${got}`));
}

it('gives room to so many, lets as many wait, and refuses the rest at once', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) take(name);
  await clock.advance(0);
  expect(log).toEqual(['a true', 'b true', 'e false']);
  expect([slots.underWay, slots.waiting]).toEqual([2, 2]);
});

it('serves those who wait in their order', async () => {
  for (const name of ['a', 'b', 'c', 'd']) take(name);
  slots.free();
  slots.free();
  await clock.advance(0);
  expect(log).toEqual(['a true', 'b true', 'c true', 'd true']);
  expect([slots.underWay, slots.waiting]).toEqual([2, 0]);
  slots.free();
  slots.free();
  expect(slots.underWay).toBe(0);
});

it('lets nobody wait beyond their time, and gives their room to the next', async () => {
  for (const name of ['a', 'b']) take(name);
  take('c', 100);
  take('d', 500);
  await clock.advance(100);
  expect(log).toEqual(['a true', 'b true', 'c false']);
  expect(slots.waiting).toBe(1);
  slots.free();
  await clock.advance(1_000);
  expect(log).toEqual(['a true', 'b true', 'c false', 'd true']);
  expect([slots.underWay, slots.waiting]).toEqual([2, 0]);
});
