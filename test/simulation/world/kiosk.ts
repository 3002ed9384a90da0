import { fen } from '../../../src/domain/money';
import type { XposPayAsk } from '../../../src/xpos/operations/pay-request';
import { enters } from './actors';
import type { Stage } from './actors';
import { Random } from '../run/random';
import type { XposTold } from '../rules/xpos-rules';

const PATIENCE_MS = 60_000;
/** Kiosks sell from the same few orders: they meet. */
const ORDERS = 2;
const PRICES: readonly [number, ...number[]] = [1_000, 550];

/** A kiosk over xpos.pay: presents a guest's code, and repeats its request until it is decided. */
export class Kiosk {
  private readonly random: Random;
  private guests = 0;

  constructor(
    private readonly stage: Stage,
    private readonly n: number,
  ) {
    this.random = new Random(stage.seed, 8, n);
  }

  async work(): Promise<void> {
    if (!enters(this.stage, `kiosk ${this.n}`)) return;
    const { random: r, stage } = this;
    const { world } = stage.parts;
    await world.sleep(r.whole(0, stage.plan.busyMs / 2));
    for (let i = r.whole(1, 3); i > 0 && !stage.isOver(); i -= 1) {
      await this.sell(`k${this.n}-${i}`);
      await world.sleep(r.whole(1, 60_000));
    }
  }

  private async sell(requestId: string): Promise<void> {
    const { random: r, stage } = this;
    const outBizId = `order ${r.whole(1, ORDERS)}`;
    const amount = fen(r.chance(0.8) ? PRICES[0] : r.pick(PRICES));
    for (let tries = r.whole(1, 5); tries > 0 && !stage.isOver(); tries -= 1) {
      const ask = this.ask(requestId, outBizId, amount);
      // A way that sends twice, each time to whoever is there, and with a code that has changed.
      if (r.chance(0.3)) void this.request(this.ask(requestId, outBizId, amount));
      if (r.chance(0.05)) void this.request(this.ask(requestId, outBizId, fen(amount + 1)));
      const told = await this.request(ask);
      if (told?.refused || (told?.model && told.model.result_status !== 3)) return;
      await stage.parts.world.sleep(r.whole(100, 20_000));
    }
  }

  private ask(requestId: string, outBizId: string, amount: XposPayAsk['amount']): XposPayAsk {
    this.guests += 1;
    const fate = this.random.pick(['0', '1', '5', '5', '6', '8', '9']);
    return {
      requestId,
      outBizId,
      amount,
      authCode: `29${this.n}${String(this.guests).padStart(3, '0')}${fate}`,
      content: JSON.stringify([outBizId, amount]),
      cashiers: [],
      detail: 'a kiosk',
    };
  }

  /** Null: no answer, or none in time. */
  private request(ask: XposPayAsk): Promise<XposTold | null> {
    const { world } = this.stage.parts;
    const process = this.stage.process(this.random);
    if (!process || this.stage.isOver()) return Promise.resolve(null);
    world.note(() => `kiosk ${this.n} pays ${ask.requestId} of ${ask.outBizId}, ${ask.amount}`);
    return new Promise((resolve) => {
      world.after(PATIENCE_MS, () => resolve(null));
      process.pay(ask, resolve);
    });
  }
}
