// The house of the demo: the service and its simulated Alipay as their callers and guests see them,
// over HTTP alone, and the clock of both.

import { setTimeout as wait } from 'node:timers/promises';

const YUAN = 100;
/** Alipay's time is believed so long. */
const FRESH_MS = 60_000;
const OVERLOADED = 50301;
const RETRY_MS = 1_000;
const MOST_TRIES = 20;

/** Calls the service with a key, and the simulator; moves the time of both. */
export class House {
  /** `move` moves the service's clock; `url` its address, `sim` the simulator's. */
  constructor({ url, sim, key, move, nowMs }) {
    Object.assign(this, { url, sim, key, move });
    this.aheadMs = nowMs - Date.now();
    this.anyId = null;
  }

  /**
   * Goes on to this moment; never back, and never further than now. `hasWaited`: the service is to
   * believe that it has waited so long; it takes that for a standstill, and refuses for a moment.
   */
  async at(wantedMs, hasWaited = false) {
    const now = Date.now();
    const passedMs = wantedMs - this.nowMs();
    // Meanwhile time has gone on by itself.
    this.aheadMs = Math.min(Math.max(this.aheadMs, wantedMs - now), 0);
    const { aheadMs } = this;
    await this.move(aheadMs, hasWaited);
    await this.alipay('/sim/clock', { offsetMs: Math.round(aheadMs) });
    if (passedMs > FRESH_MS && this.anyId !== null) await this.lookAtAlipay();
  }

  nowMs() {
    return Date.now() + this.aheadMs;
  }

  /** The service goes by Alipay's time, and learns that from its answers alone. */
  lookAtAlipay() {
    return this.call('Receipts/Refresh', { id: this.anyId });
  }

  pass(ms, hasWaited = false) {
    return this.at(this.nowMs() + ms, hasWaited);
  }

  /** An operation of `api/3Pay`; gives the whole envelope. One that comes too early comes again. */
  async call(path, members) {
    for (let tries = 1; ; tries += 1) {
      const envelope = await this.send(path, members);
      if (envelope.errcode !== OVERLOADED || tries === MOST_TRIES) return envelope;
      await wait(RETRY_MS);
    }
  }

  async send(path, members) {
    const answer = await fetch(`${this.url}/api/3Pay/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Api-Key': this.key },
      body: JSON.stringify(members),
    });
    return answer.json();
  }

  /** The same where nothing but errcode 0 will do; gives the tag. */
  async done(path, members) {
    const { errcode, errmsg, tag } = await this.call(path, members);
    if (errcode !== 0) throw new Error(`${path} ${members.billnum}: ${errcode} ${errmsg}`);
    return tag;
  }

  /** The simulator's control API. */
  async alipay(path, body, method = 'POST') {
    const answer = await fetch(this.sim + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(`${path}: ${JSON.stringify(said)}`);
    return said;
  }

  guest(codeurl, action) {
    return this.alipay(`/sim/qr/${codeurl.split('/').pop()}/${action}`);
  }

  /** A code for a sale; gives the receipt as its till names it. */
  async code({ billNo, billType, body, fen, cardNo }) {
    const receipt = { billnum: billNo, billtype: billType, paytype: '98' };
    const wish = { ...receipt, body, paymentvalue: fen / YUAN, cardno: cardNo };
    const { autoid, codeurl } = await this.done('AliPay/ScanCode', wish);
    return { receipt: { ...receipt, autoid }, codeurl };
  }

  /** The clerk scans the guest's code; its last digit chooses what becomes of it. */
  async charge({ billNo, billType, body, fen, cardNo, number, way }) {
    const receipt = { billnum: billNo, billtype: billType, paytype: '97' };
    const last = way === 'refused' ? 6 : number % 5;
    const barcode = `28${String(number).padStart(15, '0')}${last}`;
    const wish = { ...receipt, body, paymentvalue: fen / YUAN, cardno: cardNo, barcode };
    return this.done('AliPay/BarCode', wish);
  }

  query(receipt) {
    return this.done('AliPay/Query', receipt);
  }

  /** A sale that the guest pays by our code. */
  async paid(sale) {
    const given = await this.code(sale);
    await this.pass(sale.looksMs ?? 9_000);
    await this.guest(given.codeurl, 'scan');
    await this.pass(sale.paysMs ?? 11_000);
    await this.guest(given.codeurl, 'pay');
    await this.pass(2_000);
    const { paystatus } = await this.query(given.receipt);
    if (paystatus !== 'SUCCESS') throw new Error(`${sale.billNo}: ${paystatus}`);
    this.anyId ??= (await this.found(given.receipt)).id;
    return given.receipt;
  }

  refund(receipt, batchno, fen, reason) {
    const wish = { ...receipt, batchno, refundvalue: fen / YUAN, operatorno: 'zhang-min', reason };
    return this.done('AliPay/Refund', wish);
  }

  cancel(receipt) {
    return this.done('AliPay/Cancel', receipt);
  }

  /** What the books hold of a receipt. */
  async found({ billnum, autoid, billtype }) {
    const { receipts } = await this.done('Receipts/Search', { billnum, autoid, billtype });
    return receipts[0];
  }
}
