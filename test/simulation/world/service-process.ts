import { BILL_TYPES, isBillType } from '../../../src/domain/bill';
import type { BillType } from '../../../src/domain/bill';
import { parseYuan } from '../../../src/domain/money';
import type { Fen } from '../../../src/domain/money';
import type { Clock, Randomness } from '../../../src/domain/ports/clock';
import type { XposPayAsk } from '../../../src/xpos/operations/pay-request';
import { OutTradeNumbers } from '../../../src/pay/charge/out-trade-no';
import { FaultyDatabase, SimConnection, SimReader } from '../store/faulty-database';
import type { Host, StoryParts } from './host';
import { Random } from '../run/random';
import { Delivery } from './delivery';
import type { NotifyMessage } from './far-side';
import { ParkedLoop } from './parked-loop';
import type { RefundAsk, RefundTold } from '../rules/refund-answers';
import { CallWay } from './sim-call';
import { SimGateway } from './sim-gateway';
import { SimRefunds } from './sim-refunds';
import { modelOf, XPOS_APP } from '../rules/xpos-rules';
import type { XposTold } from '../rules/xpos-rules';

/** How long the product waits for another process that writes. ms. */
const BUSY_PAUSE_MS = 2;
/** A story's commits take no time or long: fewer looks at a busy database make it cheaper. ms. */
const LONG_PAUSE_MS = 20;

/** A till's request, in wire members. */
export interface Ask {
  readonly operation: 'scanCode' | 'barCode' | 'query' | 'cancel';
  readonly billnum: string;
  readonly billtype: string;
  readonly paytype: string;
  /** Query and Cancel. */
  readonly autoid: string;
  /** BarCode. */
  readonly barcode: string;
  /** ScanCode and BarCode, yuan text. */
  readonly paymentvalue: string;
  readonly cardno: string | null;
  /** BarCode and Cancel: until when it is wanted, epoch ms as text; absent: for ever. */
  readonly validuntil?: string;
}

/** What a till is told, as far as it matters. */
export interface Reply {
  readonly errcode: number;
  readonly tag: Readonly<Record<string, string | null>> | null;
}

interface Envelope {
  readonly errcode: number;
  readonly tag: string | object | null;
}

/** One life of a process: the production classes on ports that lead into the story. */
export class ServiceProcess implements Host {
  alive = true;
  private readonly bornAtMs: number;
  private readonly random: Random;
  private readonly parts: ReturnType<ServiceProcess['wire']>;
  private readonly sweep: ParkedLoop;
  private readonly refundSweep: ParkedLoop;

  constructor(
    readonly story: StoryParts,
    readonly id: number,
    private readonly seed: number,
    private readonly skewMs: number,
    private readonly onKill: (process: ServiceProcess) => void,
  ) {
    this.bornAtMs = story.world.nowMs;
    this.random = new Random(seed, id);
    const { checker } = story;
    this.sweep = new ParkedLoop(this, () => checker.sweepNeededAtMs(this.aheadMs()));
    this.refundSweep = new ParkedLoop(this, () => checker.refundTimes.neededAtMs(this.aheadMs()));
    this.parts = this.wire();
  }

  /** The service is up: its sweep begins. */
  boot(): void {
    this.parts.runner.onApplicationBootstrap();
    this.parts.refundSweep.onApplicationBootstrap();
  }

  aheadMs(): number {
    return this.story.world.serviceAheadMs + this.skewMs;
  }

  latencyMs(): number {
    return this.random.chance(0.05) ? this.random.whole(200, 2_000) : this.random.whole(10, 150);
  }

  pauseMs(): number {
    return this.random.chance(0.2) ? this.random.whole(1, 4) : 0;
  }

  later(delayMs: number, run: () => void): void {
    this.story.world.after(delayMs, () => {
      if (this.alive) run();
    });
  }

  kill(): void {
    if (!this.alive) return;
    this.alive = false;
    this.story.world.note(() => `p${this.id} dies`);
    this.story.database.drop(this);
    this.onKill(this);
  }

  /** Serves a request; `deliver` is called when the till gets the reply, if it ever does. */
  serve(ask: Ask, deliver: (reply: Reply) => void): void {
    this.story.checker.answers.received(ask);
    this.story.checker.field.received(ask, this.aheadMs());
    const onFinish: (() => void)[] = [];
    const response = { once: (_event: string, run: () => void) => void onFinish.push(run) };
    const body = { ...ask, ...asValidated(ask), body: 'tickets', detail: null, clientip: null };
    const { controller } = this.parts;
    const { product } = this.story;
    const done =
      ask.operation === 'scanCode'
        ? controller.scanCode(body)
        : controller[ask.operation](body, response);
    done.then(
      (envelope) => this.reply(ask, envelope, onFinish, deliver),
      (error: unknown) => {
        const known = error instanceof product.PayError;
        const errcode = known ? product.ERRORS[error.code].errcode : 50000;
        if (!known) this.story.checker.broken(ask, error);
        this.reply(ask, { errcode, tag: known ? error.tag : null }, [], deliver);
      },
    );
  }

  /** Serves xpos.pay; `deliver` is called when its caller gets the answer, if it ever does. */
  pay(ask: XposPayAsk, deliver: (told: XposTold) => void): void {
    const { product, checker } = this.story;
    checker.xpos.asked(ask);
    this.parts.xposPay.pay(XPOS_APP, ask).then(
      (members) => this.tell(ask, { model: modelOf(members), refused: false }, deliver),
      (error: unknown) => {
        const ours = error instanceof product.PayError ? product.ERRORS[error.code] : null;
        if (ours === null && !(error instanceof product.TopError)) {
          checker.broken({ operation: 'xpos.pay' }, error);
        }
        const refused = ours === null || ours.blame === 'caller';
        this.tell(ask, { model: null, refused }, deliver);
      },
    );
  }

  /** Serves Refund and RefundQuery; `deliver` is called when the desk gets the answer. */
  giveBack(ask: RefundAsk, deliver: (told: RefundTold) => void): void {
    const { product, checker } = this.story;
    checker.refundAnswers.received(ask);
    const { name, batchNo, amount, wantedUntilMs } = ask;
    const { refund } = this.parts;
    const done =
      ask.operation === 'refundQuery'
        ? refund.query(name, batchNo)
        : refund.refund({ name, batchNo, amount, wantedUntilMs, operatorNo: null, reason: null });
    done.then(
      (found) => this.tellRefund(ask, { errcode: 0, found }, deliver),
      (error: unknown) => {
        const known = error instanceof product.PayError;
        if (!known) checker.broken(ask, error);
        const errcode = known ? product.ERRORS[error.code].errcode : 50000;
        this.tellRefund(ask, { errcode, found: null }, deliver);
      },
    );
  }

  /** An operator lets go of a receipt; `deliver` is called when the act is over. */
  release(receiptRowId: number, deliver: () => void): void {
    const { product, checker, world } = this.story;
    checker.release.asked(this.id, receiptRowId);
    const wish = { receiptRowId, billTypes: BILL_TYPES, note: 'seen' };
    this.parts.release.release(wish, { actor: 'operator', requestId: null }).then(
      (told) => {
        const said = told.kind === 'refused' ? told.why : told.kind;
        world.note(() => `p${this.id} release of receipt ${receiptRowId} => ${said}`);
        deliver();
      },
      (error: unknown) => {
        const known = error instanceof product.PayError;
        if (!known) checker.broken({ operation: 'release' }, error);
        deliver();
      },
    );
  }

  /** Takes a notify; `acknowledge` gets whether it was answered with `success`. */
  receive(message: NotifyMessage, acknowledge: (booked: boolean) => void): void {
    const faultsBefore = this.story.faults.happened.length;
    const body = Buffer.from(JSON.stringify(message));
    void this.parts.notify.receive(body, 'application/x-www-form-urlencoded').then((booked) => {
      if (!this.alive) return;
      this.story.checker.field.strangerAnswered(message, booked, faultsBefore);
      if (booked) this.story.checker.channel.acknowledged(message.outTradeNo, message.answer);
      acknowledge(booked);
    });
  }

  /** What is due may have changed: the sweeps' next rounds are chosen anew. */
  arm(): void {
    this.sweep.arm();
    this.refundSweep.arm();
  }

  private reply(
    ask: Ask,
    envelope: Envelope,
    onFinish: readonly (() => void)[],
    deliver: (reply: Reply) => void,
  ): void {
    if (!this.alive) return;
    const { world, faults, checker } = this.story;
    const reply = { errcode: envelope.errcode, tag: envelope.tag as Reply['tag'] };
    world.note(() => `p${this.id} ${ask.operation} ${ask.billnum} => ${JSON.stringify(reply)}`);
    const fault = faults.draw('reply');
    fault?.hit();
    if (fault?.kind === 'crashBefore') return this.kill();
    checker.answers.told(ask, reply);
    checker.field.told(ask, reply);
    if (fault?.kind === 'lost') return;
    checker.answers.sent(ask, reply);
    if (fault?.kind === 'crashAfter') this.kill();
    else for (const run of onFinish) run();
    if (fault?.kind === 'errorAfter') return;
    world.after(fault?.kind === 'delay' ? fault.size * 20_000 : 5, () => deliver(reply));
  }

  private tell(ask: XposPayAsk, told: XposTold, deliver: (told: XposTold) => void): void {
    if (!this.alive) return;
    const { world, faults, checker } = this.story;
    world.note(() => `p${this.id} pay ${ask.requestId} => ${told.model?.checkout_id}`);
    const fault = faults.draw('reply');
    fault?.hit();
    if (fault?.kind === 'crashBefore') return this.kill();
    checker.xpos.told(ask, told);
    if (fault?.kind === 'crashAfter') this.kill();
    if (fault?.kind === 'lost') return;
    world.after(fault?.kind === 'delay' ? fault.size * 20_000 : 5, () => deliver(told));
  }

  private tellRefund(ask: RefundAsk, told: RefundTold, deliver: (told: RefundTold) => void): void {
    if (!this.alive) return;
    const { world, faults, checker } = this.story;
    const { refund } = told.found ?? {};
    world.note(
      () => `p${this.id} ${ask.operation} ${ask.batchNo} => ${told.errcode} ${refund?.state ?? ''}`,
    );
    const fault = faults.draw('reply');
    fault?.hit();
    if (fault?.kind === 'crashBefore') return this.kill();
    checker.refundAnswers.told(ask, told);
    if (fault?.kind === 'crashAfter') this.kill();
    if (fault?.kind === 'lost') return;
    world.after(fault?.kind === 'delay' ? fault.size * 20_000 : 5, () => deliver(told));
  }

  private wire() {
    const { product: p, settings } = this.story;
    const clock = this.clock(this.sweep);
    const randomness: Randomness = this.random;
    const inner = new p.SqliteDatabase(new SimConnection(this), new SimReader(this), clock);
    const database = new FaultyDatabase(inner, this);
    const way = new CallWay(this);
    const gateway = new SimGateway(this, way);
    const writer = new p.OutboxWriter(new Set(BILL_TYPES), this.eventIds());
    const repositories = p.receiptRepositories(database, undefined, writer);
    const open = new p.OpenReceiptsStore(database);
    const alarms = new p.AlarmStore(database);
    const underWay = new p.UnderWay(clock);
    const apply = new p.ApplyOutcome(repositories, clock, gateway, underWay);
    const refresh = new p.Refresh(gateway, apply);
    const reading = new p.ReceiptReadingStore(database, clock);
    const release = new p.Release(gateway, alarms, reading, clock, apply);
    const undo = new p.Undo(repositories, gateway, clock, apply, underWay);
    const charges = new p.Charges(repositories, gateway, underWay, apply, refresh);
    const orders = new p.BeginOrders(gateway, settings, clock, randomness);
    const codes = new p.CodeRequests(repositories, gateway, settings, clock, refresh);
    const query = new p.QueryPayment(repositories, clock, refresh);
    const barCode = new p.BarCode(repositories, orders, charges, undo, clock);
    const refunds = new p.RefundStore(database, repositories, writer);
    const sends = new SimRefunds(this, way);
    const work = new p.RefundWork(refunds, sends, repositories, settings, clock);
    const duplicates = new p.DuplicateRefund(refunds, settings, clock, work);
    const controller = new p.PayController(
      new p.ScanCode(repositories, orders, codes, undo),
      query,
      new p.CancelPayment(repositories, clock, undo, duplicates),
      new p.Told(repositories, clock),
      barCode,
    );
    const requests = new p.XposRequestStore(database);
    const status = new p.QueryStatus(open, query, requests, null);
    const numbers = new OutTradeNumbers(settings, clock, randomness);
    const xposPay = new p.XposPay(requests, status, barCode, clock, numbers);
    const notify = new p.Notify(gateway, open, alarms, clock, apply);
    const look = new p.SweepLook(gateway, clock, refresh, undo, underWay);
    const watch = new p.ClockWatch(gateway, clock, alarms);
    const { receivers } = this.story;
    if (receivers) new Delivery(this, database, clock, receivers, this.seed);
    const sweep = new p.Sweep(open, clock, randomness, look, watch);
    const refund = new p.RefundPayment(repositories, refunds, clock, refresh, work);
    const runner = new p.SweepRunner(settings, clock, sweep);
    const ofRefunds = this.clock(this.refundSweep);
    const refundLook = new p.RefundLook(work, duplicates);
    const refundSweep = new p.RefundSweep(refunds, settings, ofRefunds, randomness, refundLook);
    return { controller, notify, xposPay, refund, release, runner, refundSweep };
  }

  /** Apart from the story's randomness: what is told must not change what happens. */
  private eventIds(): Randomness {
    let last = 0;
    return {
      hex: () => `${this.id}-${this.bornAtMs}-${(last += 1)}`,
      fraction: () => 0.5,
    };
  }

  private clock(loop: ParkedLoop): Clock {
    const { world, settings } = this.story;
    return {
      nowMs: () => world.nowMs + this.aheadMs(),
      monotonicMs: () => world.nowMs - this.bornAtMs,
      sleep: (ms) =>
        new Promise((resolve) => {
          if (ms === settings.sweepPeriodMs) loop.park(resolve);
          else if (ms === BUSY_PAUSE_MS) this.later(this.busyPauseMs(), resolve);
          else this.later(ms, resolve);
        }),
      turn: () => new Promise((resolve) => this.later(0, resolve)),
    };
  }

  /** Who finds the database busy looks again soon; while nothing changes, less often. */
  private busyPauseMs(): number {
    return this.story.database.isOpen() ? LONG_PAUSE_MS : BUSY_PAUSE_MS;
  }
}

/** The members that a body's class has read. */
function asValidated({ billtype, paymentvalue }: Ask): { billtype: BillType; paymentvalue: Fen } {
  const reading = parseYuan(paymentvalue);
  if (!reading.ok || !isBillType(billtype)) throw new Error('a till of the simulation is wrong');
  return { billtype, paymentvalue: reading.amount };
}
