import { setTimeout as wait } from 'node:timers/promises';
import type { Answer, TestService } from '../support/process/service';
import type { Ask } from '../support/process/till';
import { cancel, query, refund } from '../support/process/till';
import { remember } from './sale';
import type { Sale, Told } from './sale';

/** What just happened at a till; the killer listens. */
export type TillEvent = 'codeTold' | 'guestPaid' | 'successTold' | 'cancelTold' | 'refundTold';

/** What the tills must never see. */
export class BrokenPromise extends Error {}

/** How long an undecided answer is asked for again: a cancel may be under way for a minute. ms. */
const PATIENCE_MS = 90_000;
const PAUSE_MS = 25;
/** A refund without an answer is asked after ten seconds later: nobody has to hurry. ms. */
const REFUND_PAUSE_MS = 300;

/** A till and its guest at work on sales, each from wherever it stands. */
export class TillWork {
  constructor(
    private readonly service: TestService,
    private readonly happened: (event: TillEvent) => void,
  ) {}

  /** Brings a sale to its end. Rejects when the service dies under it; then it can be repeated. */
  async settle(sale: Sale): Promise<void> {
    switch (sale.wish) {
      case 'pay':
        await this.payAndAsk(sale, sale.ask);
        break;
      case 'payUnasked':
        await this.mustPay(await this.code(sale, sale.ask));
        break;
      case 'abandon':
        await this.abandon(sale);
        break;
      case 'cancel':
        await this.cancelUnpaid(sale);
        break;
      case 'cancelPaid':
        await this.cancelPaid(sale);
        break;
      case 'raceCancel':
        await this.raceCancel(sale);
        break;
      case 'supersede':
        await this.supersede(sale);
        break;
      case 'raceSupersede':
        await this.raceSupersede(sale);
        break;
      case 'refundPart':
      case 'refundAll':
        await this.giveBack(sale);
        break;
    }
    sale.done = true;
  }

  private async payAndAsk(sale: Sale, ask: Ask): Promise<void> {
    const told = await this.code(sale, ask);
    if (told.success) return;
    await this.mustPay(told);
    await this.askUntil(told, ['SUCCESS']);
  }

  private async abandon(sale: Sale): Promise<void> {
    const told = await this.code(sale, sale.ask);
    if (sale.scans) await this.service.sim.scan(told.codeurl);
  }

  private async cancelUnpaid(sale: Sale): Promise<void> {
    const told = sale.told[0] ?? (await this.code(sale, sale.ask));
    if (sale.scans && !told.cancelAsked) await this.service.sim.scan(told.codeurl);
    await this.cancelUntil(told, ['REVOKED']);
  }

  private async cancelPaid(sale: Sale): Promise<void> {
    const told = sale.told[0] ?? (await this.code(sale, sale.ask));
    if (!told.cancelAsked) {
      await this.mustPay(told);
      if (sale.scans) await this.askUntil(told, ['SUCCESS']);
    }
    await this.cancelUntil(told, ['REFUND']);
  }

  private async raceCancel(sale: Sale): Promise<void> {
    const told = sale.told[0] ?? (await this.code(sale, sale.ask));
    const paying = this.mayPay(told);
    await this.both(paying, this.cancelUntil(told, ['REVOKED', 'REFUND']));
  }

  private async supersede(sale: Sale): Promise<void> {
    const old = sale.told[0] ?? (await this.code(sale, sale.ask));
    await this.payAndAsk(sale, sale.otherAsk);
    if (await this.mayPay(old)) throw new BrokenPromise(`the old code of ${old.billNo} lives`);
  }

  private async raceSupersede(sale: Sale): Promise<void> {
    const old = sale.told[0] ?? (await this.code(sale, sale.ask));
    const paying = this.mayPay(old);
    await this.both(paying, this.code(sale, sale.otherAsk));
    const next = sale.told[1];
    if (next === undefined) await this.askUntil(old, ['SUCCESS']);
    else if (!next.success) await this.payAndAsk(sale, sale.otherAsk);
  }

  /** Two desks give the same part back, and another one the rest. */
  private async giveBack(sale: Sale): Promise<void> {
    const told = sale.told[0] ?? (await this.code(sale, sale.ask));
    if (!told.cancelAsked) {
      await this.mustPay(told);
      await this.askUntil(told, ['SUCCESS']);
    }
    told.cancelAsked = true;
    const all = Math.round(Number(told.amount) * 100);
    const part = Math.ceil(all / 3);
    const desk = (batchNo: string, amount: number) => this.refundUntil(told, batchNo, amount);
    await this.both(desk('B1', part), desk('B1', part));
    if (sale.wish === 'refundAll' && all > part) await desk('b2', all - part);
  }

  private async refundUntil(told: Told, batchno: string, amountFen: number): Promise<void> {
    const amount = (amountFen / 100).toFixed(2);
    const wanted = told.refunds.get(batchno) ?? { amount, done: false };
    told.refunds.set(batchno, wanted);
    for (const endsAt = performance.now() + PATIENCE_MS; performance.now() < endsAt;) {
      const wish = { batchno, refundvalue: amount };
      const { errcode, tag, text } = await refund(this.service, named(told), wish);
      if (errcode === 0 && tag?.['refundstatus'] === '2') {
        wanted.done = true;
        this.happened('refundTold');
        return;
      }
      if (wanted.done || ![1, 50300].includes(errcode)) {
        throw new BrokenPromise(`${told.billNo} ${told.autoid}, ${batchno}: ${text}`);
      }
      await wait(REFUND_PAUSE_MS);
    }
    throw new BrokenPromise(`${told.billNo} ${told.autoid}: ${batchno} never goes back`);
  }

  private async both(one: Promise<unknown>, other: Promise<unknown>): Promise<void> {
    const results = await Promise.allSettled([one, other]);
    for (const result of results) {
      if (result.status === 'rejected') throw result.reason;
    }
  }

  /** The code on these terms, or the receipt that is paid in its place. */
  private async code(sale: Sale, ask: Ask): Promise<Told> {
    for (const endsAt = performance.now() + PATIENCE_MS; performance.now() < endsAt;) {
      const { errcode, tag, text } = await this.service.post('ScanCode', ask);
      const { autoid, codeurl } = tag ?? {};
      if (errcode === 0 && autoid && codeurl) {
        const told = remember(sale, ask, { autoid, codeurl });
        this.happened('codeTold');
        return told;
      }
      if (errcode === 40901) {
        const paid = sale.told.find((one) => one.autoid === autoid);
        if (paid) return paid;
        throw new BrokenPromise(`paid by a code nobody was given: ${text}`);
      }
      if (![1, 40902, 50300].includes(errcode)) throw new BrokenPromise(`ScanCode: ${text}`);
      await wait(PAUSE_MS);
    }
    throw new BrokenPromise(`no code for ${ask.billnum} within its patience`);
  }

  private async mustPay(told: Told): Promise<void> {
    if (!(await this.mayPay(told))) throw new BrokenPromise(`a dead code: ${told.billNo}`);
    this.happened('guestPaid');
  }

  /** Whether the guest has paid, now or before. */
  private async mayPay({ codeurl }: Told): Promise<boolean> {
    try {
      await this.service.sim.scan(codeurl);
      await this.service.sim.pay(codeurl);
      return true;
    } catch (error) {
      const refused = /simulator, POST .*: 409 (.*)$/s.exec(String(error))?.[1];
      if (refused === undefined) throw error;
      return refused.includes('ALREADY_PAID');
    }
  }

  private async askUntil(told: Told, expected: readonly string[]): Promise<void> {
    await this.until(told, expected, () => query(this.service, named(told)));
  }

  private async cancelUntil(told: Told, expected: readonly string[]): Promise<void> {
    told.cancelAsked = true;
    await this.until(told, expected, () => cancel(this.service, named(told)));
  }

  private async until(
    told: Told,
    expected: readonly string[],
    ask: () => Promise<Answer>,
  ): Promise<void> {
    for (const endsAt = performance.now() + PATIENCE_MS; performance.now() < endsAt;) {
      const { errcode, tag, text } = await ask();
      const { paystatus = null, paystatusdesc = null } = tag ?? {};
      if (errcode === 0 && paystatus !== null) {
        this.note(told, paystatus, paystatusdesc);
        if (expected.includes(paystatus) && paystatusdesc !== '退款中') return;
      } else if (![1, 50300].includes(errcode)) {
        throw new BrokenPromise(`${told.billNo} ${told.autoid}: ${text}`);
      }
      await wait(PAUSE_MS);
    }
    throw new BrokenPromise(`${told.billNo} ${told.autoid} is never ${expected.join(' or ')}`);
  }

  private note(told: Told, payStatus: string, description: string | null): void {
    const broken =
      (payStatus === 'SUCCESS' && (told.revoked || told.refunded)) ||
      (payStatus !== 'SUCCESS' && told.success && !told.cancelAsked);
    if (broken) throw new BrokenPromise(`${told.billNo} ${told.autoid}: now ${payStatus}`);
    told.success ||= payStatus === 'SUCCESS';
    told.revoked ||= payStatus === 'REVOKED';
    told.refunded ||= description === '已退款';
    if (payStatus === 'SUCCESS') this.happened('successTold');
    if (payStatus === 'REVOKED' || payStatus === 'REFUND') this.happened('cancelTold');
  }
}

function named({ billType, billNo, payType, autoid, amount, codeurl }: Told) {
  const ask = { billnum: billNo, billtype: billType, paytype: payType, paymentvalue: amount };
  return { ask: { ...ask, body: '' }, autoid, codeurl };
}
