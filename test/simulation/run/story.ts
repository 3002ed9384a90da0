import { Guests, Notifier, Till } from '../world/actors';
import type { Stage } from '../world/actors';
import type { BillType } from '../../../src/domain/bill';
import { Checker } from '../rules/checker';
import type { Violation } from '../rules/checker';
import { verifyStory } from '../rules/verified-books';
import { Desk } from '../world/desk';
import { FarRefunds } from '../world/far-refunds';
import { FarSide } from '../world/far-side';
import { Faults, ratesOf } from '../world/faults';
import type { StoryParts } from '../world/host';
import { Kiosk } from '../world/kiosk';
import type { MemoryDatabase } from '../store/memory-database';
import { planOf } from './plan';
import type { Plan } from './plan';
import { Operator } from '../world/operator';
import type { Product } from '../world/product';
import { Random } from './random';
import { ServiceProcess } from '../world/service-process';
import { Receivers } from '../world/receivers';
import { World } from '../world/world';

/** A story longer than this does not end. */
const MAX_EVENTS = 30_000;

/** How long requests that are under way may still take when the faults end. ms. */
const SETTLING_MS = 45_000;
/** What kiosks sell, if there are any. */
const KIOSKS_SELL: readonly BillType[] = ['2'];
/** What waits for an earlier event goes on behind it: so often it is looked again. */
const MOST_ROUNDS = 6;

export interface StoryOptions {
  readonly product: Product;
  readonly database: MemoryDatabase;
  /** Names of actors and labels of faults that are left out. */
  readonly dropped?: ReadonlySet<string>;
  readonly logged?: boolean;
}

export interface StoryResult {
  readonly seed: number;
  readonly violation: Violation | null;
  readonly events: number;
  readonly commits: number;
  /** Who took part, and which faults happened. */
  readonly names: readonly string[];
  readonly happened: readonly string[];
  readonly unlisted: readonly string[];
  readonly log: readonly string[];
}

/** Plays the story of a seed. The same seed and the same leavings-out: the same story. */
export async function play(seed: number, options: StoryOptions): Promise<StoryResult> {
  return new Story(seed, options).play();
}

class Story implements Stage {
  readonly plan: Plan;
  readonly parts: StoryParts;
  readonly names: string[] = [];
  readonly dropped: ReadonlySet<string>;
  private readonly processes: (ServiceProcess | null)[];
  private readonly random: Random;
  private lives = 0;
  private over = false;
  private closedUntilMs = 0;
  private tradesBegun = 0;
  private travelling = 0;

  constructor(
    readonly seed: number,
    options: StoryOptions,
  ) {
    const plan = planOf(seed);
    const { product, database } = options;
    this.plan = plan;
    this.dropped = options.dropped ?? new Set();
    this.random = new Random(seed, 5);
    database.clear();
    const world = new World(options.logged ?? false);
    const faults = new Faults(seed, ratesOf(new Random(seed, 6)), this.dropped);
    const far = new FarSide(
      () => world.nowMs,
      plan.habits,
      () => this.crookedBy(),
    );
    const { settings } = plan;
    const refunds = new FarRefunds(far, () => world.nowMs);
    const checker = new Checker(world, far, database, settings);
    checker.refunds.atAlipay = refunds;
    const cancelTravels = () => undefined;
    const sold = plan.bills.map(({ billType }) => billType as BillType);
    const billTypes = [...new Set([...sold, ...KIOSKS_SELL.slice(0, plan.kiosks)])];
    if (plan.receivers) checker.delivery.begin(billTypes);
    const receivers = plan.receivers && new Receivers(world, faults, checker.delivery, billTypes);
    const sides = { world, faults, database, far, refunds };
    const travels = { cancelTravels, refundTravels: cancelTravels };
    this.parts = { ...sides, checker, product, settings, ...travels, receivers };
    this.processes = Array.from({ length: plan.processes }, () => null);
    checker.onCommitted = () => this.armSweeps();
    checker.faultsHappened = () => faults.happened.length;
    database.obstacle = (text, values) => this.obstruct(text, values);
  }

  async play(): Promise<StoryResult> {
    const { world, checker, faults } = this.parts;
    this.raiseCurtain();
    await this.until(world.startedAtMs + this.plan.liveMs);
    if (!checker.violation) await this.liveness();
    if (!checker.violation) await verifyStory(this.parts.database, checker);
    return {
      seed: this.seed,
      violation: checker.violation,
      events: world.events,
      commits: checker.commits,
      names: this.names,
      happened: faults.happened,
      unlisted: [...faults.unlisted],
      log: world.log ?? [],
    };
  }

  process(random: Random): ServiceProcess | null {
    const up = this.processes.filter((each) => each !== null);
    return up[random.whole(0, Math.max(0, up.length - 1))] ?? null;
  }

  isOver(): boolean {
    return this.over;
  }

  private raiseCurtain(): void {
    const { plan } = this;
    const { world, far } = this.parts;
    world.note(() => JSON.stringify(plan));
    if (plan.processes > 1) world.skewMs = Math.abs(plan.skewMs);
    world.worstClockMs = world.skewMs;
    this.parts.checker.time.clockJumped = world.skewMs > 0;
    this.processes.forEach((_each, slot) => this.start(slot));
    const notifier = new Notifier(this);
    const guests = new Guests(this, notifier);
    far.onCharged = (trade) => {
      this.parts.checker.channel.charged(trade);
      guests.charged(trade);
    };
    this.parts.cancelTravels = (outTradeNo, effectAtMs) =>
      this.meanwhile(outTradeNo, effectAtMs, guests);
    this.parts.refundTravels = (effectAtMs) => this.meanwhileRefund(effectAtMs);
    for (let n = 1; n <= plan.tills; n += 1) void new Till(this, n, guests).work();
    for (let n = 1; n <= plan.kiosks; n += 1) void new Kiosk(this, n).work();
    for (let n = 1; n <= plan.desks; n += 1) void new Desk(this, n).work();
    if (plan.operator) void new Operator(this, notifier).work();
    plan.crashesAtMs.forEach((atMs, n) => this.plot(`crash ${n}`, atMs, () => this.crash()));
    plan.spendsAtMs.forEach((atMs, n) => this.plot(`spend ${n}`, atMs, () => this.spend()));
    plan.returnsAtMs.forEach((atMs, n) =>
      this.plot(`return ${n}`, atMs, () => this.giveBack(notifier)),
    );
    plan.jumps.forEach((jump, n) =>
      this.plot(`jump ${n}`, jump.atMs, () => this.jump(jump.aheadMs)),
    );
    plan.strangersAtMs.forEach((atMs, n) =>
      this.plot(`stranger ${n}`, atMs, () => notifier.stranger(n)),
    );
    this.plotReceivers();
    const { outage, poor, frozen } = plan;
    if (frozen) {
      this.plot('frozen', frozen.fromMs, () => {
        far.frozenUntilMs = world.startedAtMs + frozen.untilMs;
      });
    }
    if (outage) this.plot('outage', outage.atMs, () => this.close(outage.lastsMs));
    if (poor) {
      this.plot('poor', poor.fromMs, () => {
        far.poorUntilMs = world.startedAtMs + poor.untilMs;
      });
    }
  }

  /** Systems do not listen for a while, or change their secrets as the page says. */
  private plotReceivers(): void {
    const { receivers, world } = this.parts;
    const { deaf, changeAtMs } = this.plan.receivers ?? {};
    if (!receivers) return;
    if (deaf) {
      const untilMs = world.startedAtMs + deaf.untilMs;
      this.plot('deaf', deaf.fromMs, () => receivers.deafen(untilMs));
    }
    if (!changeAtMs || this.dropped.has('secret')) return;
    this.names.push('secret');
    const restartWith = (both: boolean): void => {
      if (this.over) return; // The end of a story is quiet.
      receivers.configure(both);
      for (const each of [...this.processes]) each?.kill();
    };
    const [both, theirs, alone] = changeAtMs;
    world.after(both, () => restartWith(true));
    world.after(theirs, () => receivers.change());
    world.after(alone, () => restartWith(false));
  }

  private plot(name: string, atMs: number, run: () => void): void {
    if (this.dropped.has(name)) return;
    this.names.push(name);
    const { world } = this.parts;
    world.after(atMs, () => {
      if (this.over) return;
      world.note(() => name);
      run();
    });
  }

  /** Nothing fails any more, nobody asks any more: the sweep alone puts everything right. */
  private async liveness(): Promise<void> {
    const { world, faults, far, checker } = this.parts;
    world.note(() => 'nothing fails from here on');
    this.over = true;
    faults.enabled = false;
    far.poorUntilMs = 0;
    far.frozenUntilMs = 0;
    this.parts.refunds.whim = null;
    this.closedUntilMs = 0;
    this.processes.forEach((each, slot) => {
      if (each === null) this.start(slot);
    });
    // What is under way comes to its end first.
    await this.until(world.nowMs + SETTLING_MS);
    checker.time.quiet();
    await this.until(checker.time.endOfOpen());
    if (this.plan.haunted && !checker.violation) await this.until(checker.time.endOfLooks());
    if (checker.violation) return;
    await this.until(checker.refundTimes.endOfPending());
    if (checker.violation) return;
    checker.time.settled();
    checker.refundTimes.settled();
    await this.tellAll();
  }

  /** The systems listen again: what waits is told, however late. */
  private async tellAll(): Promise<void> {
    const { checker, receivers, world } = this.parts;
    receivers?.deafen(0);
    for (let rounds = 0; receivers && rounds < MOST_ROUNDS; rounds += 1) {
      const endMs = checker.delivery.endMs(world.serviceAheadMs - world.skewMs);
      if (endMs === null || checker.violation) break;
      await this.until(endMs);
    }
    if (receivers && !checker.violation) checker.delivery.settled();
  }

  private async until(atMs: number): Promise<void> {
    const { world, checker } = this.parts;
    await world.runUntil(atMs, () => {
      checker.afterEvent();
      if (world.events > MAX_EVENTS) checker.fail('endless', 'the story does not end');
      return checker.violation === null;
    });
  }

  private start(slot: number): void {
    if (this.processes[slot]) return;
    this.lives += 1;
    const { world } = this.parts;
    world.note(() => `p${this.lives} starts`);
    const skewMs = slot === 0 ? 0 : this.plan.skewMs;
    const process = new ServiceProcess(this.parts, this.lives, this.seed, skewMs, () => {
      this.processes[slot] = null;
      const downMs = this.random.chance(0.8)
        ? this.random.whole(100, 5_000)
        : this.random.whole(5_000, 90_000);
      const backAtMs = Math.max(world.nowMs + downMs, this.closedUntilMs);
      world.after(backAtMs - world.nowMs, () => this.start(slot));
    });
    this.processes[slot] = process;
    process.boot();
  }

  private crash(): void {
    this.process(this.random)?.kill();
  }

  private close(lastsMs: number): void {
    this.closedUntilMs = this.parts.world.nowMs + lastsMs;
    for (const each of [...this.processes]) each?.kill();
  }

  private jump(aheadMs: number): void {
    const { world } = this.parts;
    world.serviceAheadMs = aheadMs;
    world.worstClockMs = Math.max(world.worstClockMs, Math.abs(aheadMs) + world.skewMs);
    this.parts.checker.time.clockJumped = true;
    this.parts.checker.delivery.onChange();
    this.armSweeps();
  }

  /** A cancel is under way and nobody knows: what hurts most happens now. */
  private meanwhile(outTradeNo: string, effectAtMs: number, guests: Guests): void {
    const { world, far } = this.parts;
    this.travelling += 1;
    const r = new Random(this.seed, 11, this.travelling);
    const trade = far.find(outTradeNo);
    if (!trade || this.over) return;
    const leftMs = effectAtMs - world.nowMs;
    const soonMs = r.chance(0.6) ? Math.min(leftMs, 7_000) : leftMs;
    if (r.chance(0.6)) guests.hurry(trade, r.whole(100, soonMs));
    if (trade.stage === 'paid' && r.chance(0.5)) far.frozenUntilMs = effectAtMs - 1;
    if (!r.chance(0.4)) return;
    const aheadMs = world.serviceAheadMs + r.whole(50_000, 300_000);
    this.plot(`set ${this.travelling}`, r.whole(0, leftMs), () => this.jump(aheadMs));
  }

  /** A refund is under way and nobody knows: until it arrives Alipay refuses it. */
  private meanwhileRefund(effectAtMs: number): void {
    this.travelling += 1;
    const r = new Random(this.seed, 14, this.travelling);
    if (this.over || !r.chance(0.7)) return;
    const word = r.pick(['TRADE_NOT_ALLOW_REFUND', 'REASON_TRADE_REFUND_FEE_ERR']);
    const kind = word === 'TRADE_NOT_ALLOW_REFUND' ? 'refused' : 'disagrees';
    this.parts.refunds.whim = { untilMs: effectAtMs - 1, answer: { kind, word } };
  }

  private spend(): void {
    const { database, checker, world } = this.parts;
    if (database.isOpen()) return;
    for (const [card, balance] of checker.books.cards) {
      const fen = Math.min(Math.round(Number(balance) * 100), this.random.whole(1, 900));
      if (fen === 0) continue;
      const left = (Math.round(Number(balance) * 100) - fen) / 100;
      database.foreign(
        'update card_balance set balance = ? where cardno = ?',
        left.toFixed(2),
        card,
      );
      world.note(() => `card ${card} spends ${fen} fen`);
      checker.spent(card, fen);
    }
  }

  /** The merchant gives a payment back by other means. */
  private giveBack(notifier: Notifier): void {
    const { far, checker } = this.parts;
    const paid = [...far.trades.values()].filter(
      ({ stage, amount, refunded, crookedBy }) =>
        stage === 'paid' && crookedBy === 0 && amount - refunded > 2,
    );
    const trade = paid[this.random.whole(0, paid.length - 1)];
    if (!trade) return;
    const card = checker.books.byNumber.get(trade.outTradeNo)?.card_no ?? null;
    // What a card gives up for a part is not in the contract of End yet.
    const inPart = card === null && this.random.chance(0.5);
    if (inPart) far.giveBackPart(trade, this.random.whole(1, trade.amount - trade.refunded - 1));
    else far.giveBack(trade);
    checker.refundedElsewhere.add(trade.outTradeNo);
    notifier.push(trade, 2);
  }

  private crookedBy(): number {
    this.tradesBegun += 1;
    return this.tradesBegun === 1 ? this.plan.crookedBy : 0;
  }

  private armSweeps(): void {
    for (const each of this.processes) each?.arm();
  }

  /** The first trade's End is refused, as a customer's procedure may do. */
  private obstruct(text: string, values: readonly unknown[]): void {
    if (!this.plan.stubborn || values[0] !== 'S' || !/^update receipt_\w+ set result/.test(text)) {
      return;
    }
    const { far, checker, product } = this.parts;
    const first = [...far.trades.keys()][0];
    if (first === undefined || !values.includes(first)) return;
    checker.stubborn.add(first);
    throw new product.PayError('ILLEGAL_STATE', 'End refuses it');
  }
}
