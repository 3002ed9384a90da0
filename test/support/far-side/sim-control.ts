/** An order as the simulator's control API shows it. */
export interface SimTrade {
  readonly outTradeNo: string;
  readonly tradeNo: string | null;
  readonly status: string;
  readonly paid: boolean;
  readonly totalFen: number;
  readonly refundedFen: number;
  readonly paidAtMs: number | null;
  readonly qrCode: string | null;
}

/** A call as the simulator received it. */
export interface SimCall {
  readonly method: string;
  readonly outTradeNo: string | null;
  readonly outcome: string | null;
  readonly fault: string | null;
  readonly params: Readonly<Record<string, string>>;
  readonly bizContent: Readonly<Record<string, unknown>>;
}

/** What to spoil; see the simulator's faults. */
export interface SimFault {
  readonly method: 'precreate' | 'pay' | 'query' | 'cancel' | 'refund' | '*';
  readonly fault: string;
  readonly count?: number;
  readonly afterEffect?: boolean;
  readonly delayMs?: number;
  /** With `refuse`: what it answers. */
  readonly subCode?: string;
}

/** What the receiver of a notify answered; `status` null: it could not be reached. */
export interface SimReception {
  readonly status: number | null;
  readonly body: string;
}

/** One sending of a notify. */
export interface SimAttempt {
  readonly outTradeNo: string;
  readonly reception: SimReception;
  readonly accepted: boolean;
}

/** Drives the guest and the faults of a running simulator. */
export class SimControl {
  constructor(readonly url: string) {}

  /** The guest scans the code whose address is `codeurl`. */
  async scan(codeurl: string): Promise<SimTrade> {
    return this.guest(codeurl, 'scan');
  }

  /** The guest who scanned pays. */
  async pay(codeurl: string): Promise<SimTrade> {
    return this.guest(codeurl, 'pay');
  }

  /** The guest of a charge types the password, or walks away. */
  async guestOf(outTradeNo: string, action: 'pay' | 'giveup'): Promise<SimTrade> {
    return (await this.ask('POST', `/sim/trades/${outTradeNo}/${action}`)) as SimTrade;
  }

  /** The merchant gives so much back in the portal. */
  async refundInPortal(outTradeNo: string, amount: string): Promise<void> {
    await this.ask('POST', `/sim/trades/${outTradeNo}/refund`, { amount });
  }

  async trade(outTradeNo: string): Promise<SimTrade> {
    return (await this.ask('GET', `/sim/trades/${outTradeNo}`)) as SimTrade;
  }

  async trades(): Promise<SimTrade[]> {
    return ((await this.ask('GET', '/sim/trades')) as { trades: SimTrade[] }).trades;
  }

  async spoil(fault: SimFault): Promise<void> {
    await this.ask('POST', '/sim/faults', fault);
  }

  /** The merchant's account is short until `heal`. */
  async emptyAccount(): Promise<void> {
    await this.ask('POST', '/sim/faults', { fault: 'seller_balance' });
  }

  async heal(): Promise<void> {
    await this.ask('DELETE', '/sim/faults');
  }

  /** The calls the gateway received: of one method, or of one number, or both. */
  async calls(filter: { method?: string; outTradeNo?: string } = {}): Promise<SimCall[]> {
    const search = new URLSearchParams(filter).toString();
    return ((await this.ask('GET', `/sim/calls?${search}`)) as { calls: SimCall[] }).calls;
  }

  /** Sends one notify of the order now, spoilt or not; resolves to what was answered. */
  async notify(outTradeNo: string, more: { tamper?: string; url?: string } = {}) {
    return (await this.ask('POST', '/sim/notify', { outTradeNo, ...more })) as SimAttempt;
  }

  /** Whether payments are notified from now on; what happens while it is off is lost. */
  async notifies(on: boolean): Promise<void> {
    await this.ask('POST', `/sim/notify/${on ? 'on' : 'off'}`, {});
  }

  /** The last sendings. */
  async attempts(): Promise<SimAttempt[]> {
    return ((await this.ask('GET', '/sim/notify')) as { attempts: SimAttempt[] }).attempts;
  }

  /** Alipay's clock runs so far ahead of the true one from now on. */
  async setAhead(offsetMs: number): Promise<void> {
    await this.ask('POST', '/sim/clock', { offsetMs });
  }

  private async guest(codeurl: string, action: string): Promise<SimTrade> {
    const code = new URL(codeurl).pathname.replace(/^\/qr\//, '');
    return (await this.ask('POST', `/sim/qr/${code}/${action}`)) as SimTrade;
  }

  private async ask(method: string, path: string, body?: object): Promise<unknown> {
    const answer = await fetch(this.url + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`simulator, ${method} ${path}: ${answer.status} ${text}`);
    return JSON.parse(text);
  }
}
