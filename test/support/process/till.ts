import { setTimeout as wait } from 'node:timers/promises';
import type { BillType } from '../../../src/domain/bill';
import type { BooksInspect } from '../../database/books-inspect';
import type { Answer, TestService, WireFormat } from './service';

/** Members of ScanCode as a till sends them. */
export interface Ask {
  readonly billnum: string;
  readonly billtype: string;
  readonly body: string;
  readonly paytype: string;
  readonly paymentvalue: number | string;
  readonly detail?: string;
  readonly clientip?: string;
  readonly cardno?: string;
}

let lastBill = 0;

/** A bill number that no other test of this process uses. */
export function freshBill(prefix = 'T'): string {
  lastBill += 1;
  return `${prefix}${String(lastBill).padStart(8, '0')}`;
}

/** What a till asks for: 88.88 yuan on a fresh bill. */
export function anAsk(billtype: BillType = '1', changes: Partial<Ask> = {}): Ask {
  return {
    billnum: freshBill(),
    billtype,
    body: '景区门票',
    paytype: '98',
    paymentvalue: 88.88,
    ...(billtype === '7' ? { cardno: freshBill('C') } : {}),
    ...changes,
  };
}

/** A code that was given. */
export interface GivenCode {
  readonly ask: Ask;
  readonly autoid: string;
  readonly codeurl: string;
}

/** Asks for a code and insists on getting it. */
export async function getCode(
  service: TestService,
  ask: Ask = anAsk(),
  format: WireFormat = 'json',
): Promise<GivenCode> {
  const answer = await service.post('ScanCode', ask, format);
  const { autoid, codeurl } = answer.tag ?? {};
  if (answer.errcode !== 0 || !autoid || !codeurl) throw new Error(`no code: ${answer.text}`);
  return { ask, autoid, codeurl };
}

/** Asks how a receipt stands. */
export function query(
  service: TestService,
  { ask, autoid }: GivenCode,
  format: WireFormat = 'json',
): Promise<Answer> {
  const { billnum, billtype, paytype } = ask;
  return service.post('Query', { billnum, autoid, billtype, paytype }, format);
}

/** Undoes a receipt, paid or not. */
export function cancel(service: TestService, { ask, autoid }: GivenCode): Promise<Answer> {
  const { billnum, billtype, paytype } = ask;
  return service.post('Cancel', { billnum, autoid, billtype, paytype });
}

/** What a desk gives back: 33.33 in batch B1 unless told otherwise. */
export interface RefundWish {
  readonly batchno?: string;
  readonly refundvalue?: string | number;
  readonly operatorno?: string | null;
  readonly reason?: string | null;
}

/** Members of Refund; without `refundvalue` those of RefundQuery, too. */
export function refundMembers({ ask, autoid }: GivenCode, wish: RefundWish = {}): object {
  const { billnum, billtype, paytype } = ask;
  return { billnum, autoid, billtype, paytype, batchno: 'B1', refundvalue: '33.33', ...wish };
}

/** Gives money of a receipt back. */
export function refund(
  service: TestService,
  code: GivenCode,
  wish: RefundWish = {},
): Promise<Answer> {
  return service.post('Refund', refundMembers(code, wish));
}

/** Asks how a refund stands. */
export function refundQuery(
  service: TestService,
  code: GivenCode,
  batchno = 'B1',
): Promise<Answer> {
  return service.post('RefundQuery', refundMembers(code, { batchno }));
}

/** `errcode`, or `errcode refundstatus refundedtotal` where there is a refund. */
export function refundSaying({ errcode, tag }: Answer): string {
  const { refundstatus, refundedtotal } = tag ?? {};
  if (!refundstatus) return String(errcode);
  return `${errcode} ${refundstatus} ${Number(refundedtotal).toFixed(2)}`;
}

/** `errcode`, or `errcode paystatus billstatus` where there is a status. */
export function saying({ errcode, tag }: Answer): string {
  const { paystatus, billstatus } = tag ?? {};
  return paystatus ? `${errcode} ${paystatus} ${billstatus}` : String(errcode);
}

/** The guest scans and pays; nobody has asked for it yet. */
export async function payAtSimulator(service: TestService, code: GivenCode): Promise<void> {
  await service.sim.scan(code.codeurl);
  await service.sim.pay(code.codeurl);
}

/** A receipt that is paid, saved and told to a till; resolves when the books say so. */
export async function paidAndTold(
  service: TestService,
  inspect: BooksInspect,
  ask: Ask = anAsk(),
): Promise<GivenCode> {
  const code = await getCode(service, ask);
  await payAtSimulator(service, code);
  const answer = await query(service, code);
  if (saying(answer) !== '0 SUCCESS 3') throw new Error(`not paid: ${answer.text}`);
  await until(() => receiptRow(inspect, code).told_at_ms !== null);
  return code;
}

/** Our own row of a code's receipt. */
export function receiptRow(inspect: BooksInspect, { ask, autoid }: GivenCode): ReceiptColumns {
  const [row] = inspect.rows<ReceiptColumns>(
    `select r.* from receipt r join bill b on b.id = r.bill_id
     where r.bill_type = ? and r.bill_no = ? and r.receipt_id = ?`,
    ask.billtype,
    ask.billnum,
    autoid,
  );
  if (!row) throw new Error('no such receipt in the books');
  return row;
}

/** The columns of `receipt` that the tests look at. */
export interface ReceiptColumns {
  readonly id: number;
  readonly state: string;
  readonly out_trade_no: string;
  readonly trade_no: string | null;
  readonly amount_fen: number;
  readonly paid_fen: number | null;
  readonly told_at_ms: number | null;
}

/** Waits until something is true, at most five seconds unless told otherwise. */
export async function until(done: () => boolean, longestMs = 5_000): Promise<void> {
  const startedAt = performance.now();
  while (!done()) {
    if (performance.now() - startedAt > longestMs) throw new Error('waited too long');
    await wait(5);
  }
}
