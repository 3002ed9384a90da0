import type { Answer, Trade } from './far-side';
import type { StoryParts } from './host';
import type { BillPlan, Plan } from '../run/plan';
import { Random } from '../run/random';
import type { Ask, Reply, ServiceProcess } from './service-process';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const TILL_PATIENCE_MS = 60 * SECOND;
/** When Alipay repeats a notify that was not answered with `success`. */
const REPEATS_MS = [4 * MINUTE, 10 * MINUTE, 10 * MINUTE];

/** What the actors need of the story they are in. */
export interface Stage {
  readonly seed: number;
  readonly plan: Plan;
  readonly parts: StoryParts;
  readonly dropped: ReadonlySet<string>;
  /** The names of those who took part, for leaving them out. */
  readonly names: string[];
  /** A process that is up, or null. */
  process(random: Random): ServiceProcess | null;
  /** True once nobody begins anything any more. */
  isOver(): boolean;
}

/** Takes part unless left out. */
export function enters(stage: Stage, name: string): boolean {
  if (stage.dropped.has(name)) return false;
  stage.names.push(name);
  return true;
}

/** A till: asks for codes, polls, sometimes cancels, sometimes dies. */
export class Till {
  private readonly random: Random;
  private readonly receipts = new Map<BillPlan, Ask>();
  private charges = 0;

  constructor(
    private readonly stage: Stage,
    private readonly n: number,
    private readonly guests: Guests,
  ) {
    this.random = new Random(stage.seed, 2, n);
  }

  async work(): Promise<void> {
    if (!enters(this.stage, `till ${this.n}`)) return;
    const { random: r, stage } = this;
    const { world } = stage.parts;
    const { plan } = stage;
    // Tills that act in the same instant share a turn of the service's event loop.
    const step = r.chance(0.3) ? 5_000 : 1;
    await world.sleep(Math.floor(r.whole(0, plan.busyMs / 2) / step) * step);
    for (let i = r.whole(2, 5); i > 0; i -= 1) {
      if (stage.isOver() || r.chance(0.02)) return;
      await this.act(plan.bills[r.whole(0, plan.bills.length - 1)] ?? plan.bills[0]);
      await world.sleep(Math.ceil(r.whole(1, r.chance(0.3) ? 150_000 : 15_000) / step) * step);
    }
  }

  private async act(bill: BillPlan): Promise<void> {
    const { random: r } = this;
    const known = this.receipts.get(bill);
    if (known && r.chance(0.15)) {
      await this.request({ ...known, operation: 'cancel' });
      if (r.chance(0.5)) await this.poll(known);
      return;
    }
    if (known && r.chance(0.35)) return this.poll(known);
    if (r.chance(this.stage.plan.barcodes)) return this.charge(bill);
    const ask = this.scan(bill);
    if (known && r.chance(0.15)) this.cancelMeanwhile(known, r.whole(0, 600));
    for (let tries = r.whole(1, 3); tries > 0; tries -= 1) {
      const reply = await this.request(ask);
      if (reply) this.learn(bill, ask, reply);
      if (reply?.errcode === 0) break;
      if (reply?.errcode === 40901) return this.poll(this.receipts.get(bill) ?? ask);
      await this.stage.parts.world.sleep(r.whole(100, 5_000));
      // Nobody knows whether there is a code: one clerk asks again while another one cancels.
      const begun = this.receipts.get(bill);
      if (begun && r.chance(0.2)) this.cancelMeanwhile(begun, r.whole(0, 300));
    }
    const receipt = this.receipts.get(bill);
    if (receipt && r.chance(0.8)) await this.poll(receipt);
  }

  /** The clerk scans the guest's code; a till that knows better asks again with a fresh one. */
  private async charge(bill: BillPlan): Promise<void> {
    const { random: r } = this;
    const { world } = this.stage.parts;
    const terms = this.scan(bill);
    for (let tries = r.chance(0.3) ? 2 : 1; tries > 0; tries -= 1) {
      this.charges += 1;
      const fate = r.pick(['0', '1', '5', '5', '6', '8', '9']);
      const barcode = `28${this.n}${String(this.charges).padStart(3, '0')}${fate}`;
      const paytype = r.chance(0.8) ? '97' : '98';
      const ask: Ask = { ...terms, operation: 'barCode', paytype, barcode };
      const reply = await this.request(ask);
      if (reply) this.learn(bill, ask, reply);
      if (reply?.errcode === 0 && reply.tag?.['paystatus'] !== 'PAYERROR') break;
      await world.sleep(r.whole(100, 5_000));
    }
    const receipt = this.receipts.get(bill);
    if (receipt && r.chance(0.8)) await this.poll(receipt);
    if (receipt && r.chance(0.2)) await this.request({ ...receipt, operation: 'cancel' });
  }

  /** Somebody cancels at another window while this till goes on. */
  private cancelMeanwhile(known: Ask, delayMs: number): void {
    this.stage.parts.world.after(delayMs, () => {
      void this.request({ ...known, operation: 'cancel' });
    });
  }

  private scan(bill: BillPlan): Ask {
    const { random: r } = this;
    return {
      operation: 'scanCode',
      billnum: r.pick([...bill.spellings] as [string, ...string[]]),
      billtype: bill.billType,
      paytype: r.chance(0.92) ? '98' : '99',
      autoid: '',
      barcode: '',
      paymentvalue: r.chance(0.75) ? bill.amounts[0] : r.pick([...bill.amounts] as [string]),
      cardno: bill.cards[r.whole(0, bill.cards.length - 1)] ?? null,
    };
  }

  private learn(bill: BillPlan, ask: Ask, reply: Reply): void {
    const autoid = reply.tag?.['autoid'];
    if (typeof autoid !== 'string') return;
    const receipt: Ask = { ...ask, operation: 'query', autoid };
    // A refusal names a receipt without its paytype.
    if (reply.errcode !== 0) Object.assign(receipt, { paytype: this.payTypeOf(bill, autoid) });
    this.receipts.set(bill, receipt);
    const code = reply.tag?.['codeurl'];
    if (reply.errcode === 0 && typeof code === 'string') this.guests.show(code);
  }

  private payTypeOf(bill: BillPlan, autoid: string): string {
    const rows = [...this.stage.parts.checker.books.receipts.values()];
    const row = rows.find((each) => each.receipt_id === autoid && each.bill_type === bill.billType);
    return row?.pay_type ?? '98';
  }

  private async poll(receipt: Ask): Promise<void> {
    const { random: r, stage } = this;
    for (let tries = r.whole(1, 3); tries > 0 && !stage.isOver(); tries -= 1) {
      const reply = await this.request({ ...receipt, operation: 'query' });
      const word = reply?.tag?.['paystatus'];
      if (reply?.errcode === 0 && word !== 'NOTPAY' && word !== 'USERPAYING') return;
      await stage.parts.world.sleep(r.whole(500, 10_000));
    }
  }

  /** Null: no answer, or none in time. What is wanted for a while only may wait on its way. */
  private async request(ask: Ask): Promise<Reply | null> {
    const { world } = this.stage.parts;
    const ends = ask.operation === 'cancel' || ask.operation === 'barCode';
    if (!ends || !this.random.chance(0.25)) return this.send(ask);
    const validuntil = String(world.nowMs + this.random.whole(1_000, 15_000));
    await world.sleep(this.random.chance(0.5) ? 0 : this.random.whole(1_000, 30_000));
    return this.send({ ...ask, validuntil });
  }

  private send(ask: Ask): Promise<Reply | null> {
    const { world } = this.stage.parts;
    const process = this.stage.process(this.random);
    if (!process || this.stage.isOver()) return Promise.resolve(null);
    const sent = { ...ask };
    world.note(() => `till ${this.n} ${sent.operation} ${sent.billnum} ${sent.autoid}`);
    return new Promise((resolve) => {
      const patience = world.after(TILL_PATIENCE_MS, () => resolve(null));
      process.serve(sent, (reply) => {
        patience.run = null;
        resolve(reply);
      });
    });
  }
}

/** The guests: each code shown to one is scanned and paid, or not, or much later. */
export class Guests {
  private shown = 0;
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly stage: Stage,
    private readonly notifier: Notifier,
  ) {}

  /** A till shows a code; showing the same again brings no new guest most of the time. */
  show(code: string): void {
    this.shown += 1;
    const times = (this.seen.get(code) ?? 0) + 1;
    this.seen.set(code, times);
    const r = new Random(this.stage.seed, 3, this.shown);
    if (!r.chance(times === 1 ? 0.85 : 0.1)) return;
    const name = `guest ${this.shown}`;
    if (enters(this.stage, name)) void this.visit(name, code, r);
  }

  private async visit(name: string, code: string, r: Random): Promise<void> {
    const { parts, plan } = this.stage;
    const { world, far } = parts;
    const mode = r.fraction();
    const codeMs = plan.settings.codeMinutes * MINUTE;
    const old = plan.liveMs > 20 * 60 * MINUTE || plan.haunted;
    if (mode < 0.6) await world.sleep(r.whole(500, 20_000));
    else if (mode < 0.8) await world.sleep(r.whole(500, 90_000));
    else if (mode < 0.92) await world.sleep(codeMs + r.whole(-70_000, 70_000));
    else if (old) await world.sleep(r.whole(codeMs, Math.max(codeMs, plan.liveMs)));
    const trade = far.byQrCode(code);
    if (!trade) return;
    this.haunt(trade, r);
    const scanned = far.scan(code);
    world.note(() => `${name} scans ${code}: ${scanned ? 'yes' : 'no'}`);
    if (!scanned) return;
    if (r.chance(0.2)) this.notifier.push(trade, 1);
    if (r.chance(0.12)) return;
    await world.sleep(r.chance(0.8) ? r.whole(200, 12_000) : r.whole(12_000, 7 * MINUTE));
    this.haunt(trade, r);
    const paid = far.payScanned(code);
    world.note(() => `${name} pays ${code}: ${paid ? trade.outTradeNo : 'no'}`);
    if (!paid) return;
    parts.checker.paid(paid);
    this.notifier.push(paid, 1 + REPEATS_MS.length);
  }

  /** A guest who has the code in hand pays it within a while. */
  hurry(trade: Trade, withinMs: number): void {
    this.shown += 1;
    const name = `guest ${this.shown}`;
    if (!enters(this.stage, name)) return;
    const { world, far, checker } = this.stage.parts;
    world.after(withinMs, () => {
      if (this.stage.isOver() || (trade.stage === 'code' && !far.scan(trade.qrCode))) return;
      const paid = far.payScanned(trade.qrCode);
      world.note(() => `${name} pays in a hurry ${trade.outTradeNo}: ${paid ? 'yes' : 'no'}`);
      if (!paid) return;
      checker.paid(paid);
      this.notifier.push(paid, 1 + REPEATS_MS.length);
    });
  }

  /** The guest of a charge is asked for the password. */
  charged(trade: Trade): void {
    this.shown += 1;
    const r = new Random(this.stage.seed, 3, this.shown);
    const name = `guest ${this.shown}`;
    if (trade.stage === 'paid') {
      this.stage.parts.checker.paid(trade);
      this.notifier.push(trade, 1 + REPEATS_MS.length);
    } else if (r.chance(0.75) && enters(this.stage, name)) {
      if (r.chance(0.2)) this.notifier.push(trade, 1);
      const delayMs = r.chance(0.8) ? r.whole(500, 30_000) : r.whole(30_000, 5 * MINUTE);
      this.stage.parts.world.after(delayMs, () => this.typePassword(name, trade));
    }
  }

  private typePassword(name: string, trade: Trade): void {
    const { far, world, checker } = this.stage.parts;
    const paid = far.payScanned(trade.qrCode);
    world.note(() => `${name} pays the charge ${trade.outTradeNo}: ${paid ? 'yes' : 'no'}`);
    if (!paid) return;
    checker.paid(paid);
    this.notifier.push(paid, 1 + REPEATS_MS.length);
  }

  private haunt(trade: Trade, r: Random): void {
    const { plan, parts } = this.stage;
    if (!plan.haunted || parts.far.isPayable(trade.outTradeNo) || !r.chance(0.8)) return;
    trade.ghost = true;
  }
}

/** Alipay's push. */
export class Notifier {
  private readonly random: Random;

  constructor(private readonly stage: Stage) {
    this.random = new Random(stage.seed, 4);
  }

  /** Tells of a payment that another program took with our keys. */
  stranger(n: number): void {
    const { world } = this.stage.parts;
    const answer: Answer = {
      ...{ kind: 'paid', tradeNo: `stranger${n}`, amount: 4_200, refunded: 0 },
      paidAtMs: world.nowMs,
    };
    this.attempt(`stranger${n}`, answer, 3, 1_000);
  }

  /** Tells how a trade stands now; repeats until it is taken, but for `tries` in all. */
  push(trade: Trade, tries: number): void {
    if (!this.stage.plan.notifies || this.stage.isOver()) return;
    const answer = this.stage.parts.far.answerOf(trade);
    this.attempt(trade.outTradeNo, answer, tries, this.random.whole(30, 3_000));
  }

  private attempt(outTradeNo: string, answer: Answer, tries: number, delayMs: number): void {
    const { world, faults } = this.stage.parts;
    const fault = faults.draw('notify');
    const again = (): void => {
      const wait = REPEATS_MS.at(-tries + 1) ?? MINUTE;
      if (tries > 1) this.attempt(outTradeNo, answer, tries - 1, wait);
    };
    const amountMatters = answer.kind === 'paid' && this.stage.plan.crookedBy === 0;
    if (fault && (fault.kind !== 'wrongAmount' || amountMatters)) fault.hit();
    const deliver = (afterMs: number, repeat: () => void): void =>
      void world.after(afterMs, () => {
        if (this.stage.isOver()) return;
        const process = this.stage.process(this.random);
        if (!process) return repeat();
        if (fault?.kind === 'crashBefore') process.kill();
        const wrong = amountMatters && fault?.kind === 'wrongAmount';
        const told = wrong ? { ...answer, amount: answer.amount + 1 } : answer;
        const unverified = fault?.kind === 'unverified';
        world.note(() => `notify ${outTradeNo} ${told.kind} ${fault?.kind ?? ''}`);
        process.receive({ outTradeNo, answer: told, unverified }, (booked) => {
          world.note(() => `notify ${outTradeNo} => ${booked ? 'success' : 'fail'}`);
          if (fault?.kind === 'crashAfter') process.kill();
          if (!booked || fault?.kind === 'crashAfter') repeat();
        });
        if (fault?.kind === 'crashDuring') world.after(fault.size * 5, () => process.kill());
        if (fault?.kind.startsWith('crash')) world.after(5_000, repeat);
      });
    const size = fault?.size ?? 0;
    const kind: string = fault?.kind ?? '';
    switch (kind) {
      case 'lost':
        return again();
      case 'delay':
        return deliver(delayMs + size * 10 * MINUTE, again);
      case 'reorder':
        return deliver(delayMs + 30_000 + size * MINUTE, again);
      case 'duplicate':
        deliver(delayMs, again);
        return deliver(delayMs + size * MINUTE, () => undefined);
      default:
        return deliver(delayMs, again);
    }
  }
}
