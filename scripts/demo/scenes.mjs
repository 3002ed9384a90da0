// What happens in the demo, as steps in the order of their times: sales, and what a house sees besides.
import { DAY_MS, salesOf } from './day.mjs';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A sale of today takes so long at most, and has to be over by now. */
const SALE_MS = 2 * MINUTE_MS;

/** The steps of one day. `isBusy`: with everything that can go wrong. */
export function stepsOf(day, { count, nowMs, isBusy }) {
  const isToday = nowMs - day < DAY_MS;
  const room = Math.floor((nowMs - day) / SALE_MS) - 10;
  const sales = salesOf(day, isToday ? Math.max(0, Math.min(count, room)) : count, nowMs);
  const byNumber = new Map(sales.map((sale) => [sale.number, sale]));
  const receipts = new Map();
  const steps = sales.map((sale) => ({
    atMs: sale.atMs,
    run: async (house) => void receipts.set(sale.number, await sell(house, sale)),
  }));
  const later = (number, afterMs, run) => {
    const sale = byNumber.get(number);
    if (sale === undefined) return;
    const atMs = isToday ? Math.min(sale.atMs + afterMs, nowMs - MINUTE_MS) : sale.atMs + afterMs;
    steps.push({ atMs, run: (house) => run(house, receipts.get(number), sale) });
  };
  later(1, HOUR_MS, (house, receipt) => house.refund(receipt, 'R1', 1_000, '退一张票'));
  later(5, 2 * HOUR_MS, (house, receipt, { fen }) => house.refund(receipt, 'R1', fen, '设备归还'));
  later(2, 4 * MINUTE_MS, (house, receipt) => house.cancel(receipt));
  if (isBusy) steps.push(...troubles(day));
  // Steps of one moment stay in the order in which they stand here: a refund follows its sale.
  return steps.sort((a, b) => a.atMs - b.atMs);
}

/** Sells; gives the receipt as its till names it. */
async function sell(house, sale) {
  if (sale.way === 'charge' || sale.way === 'refused') {
    const { autoid } = await house.charge(sale);
    return { billnum: sale.billNo, autoid, billtype: sale.billType, paytype: '97' };
  }
  if (sale.way === 'code') return house.paid(sale);
  const { receipt, codeurl } = await house.code(sale);
  await house.pass(sale.looksMs);
  await house.guest(codeurl, 'scan');
  await house.pass(sale.paysMs);
  await house.guest(codeurl, 'giveup');
  await house.cancel(receipt);
  return receipt;
}

/** A day on which a person is needed. */
function troubles(day) {
  const at = (hours, run) => ({ atMs: day + hours * HOUR_MS, run });
  const lost = { billType: '1', billNo: 'T-TWICE', body: '成人门票 × 2', fen: 17_600 };
  const again = { billType: '2', billNo: 'P-AGAIN', body: '餐厅：套餐', fen: 12_550 };
  const portal = { billType: '3', billNo: 'R-PORTAL', body: '电瓶车租赁 全天', fen: 30_000 };
  const frozen = { billType: '6', billNo: 'C-FROZEN', body: '特产：茶叶礼盒', fen: 19_900 };
  let first;
  return [
    at(9.1, async (house) => {
      // Paid, and nobody asks: the clerk has closed the window.
      first = await house.code(lost);
      await house.pass(8_000);
      await house.guest(first.codeurl, 'scan');
      await house.guest(first.codeurl, 'pay');
    }),
    at(10.2, async (house) => {
      const receipt = await house.paid(portal);
      const { outtradeno, id } = await house.found(receipt);
      await house.pass(5 * MINUTE_MS);
      // Somebody gives money back in Alipay's portal, past the service.
      await house.alipay(`/sim/trades/${outtradeno}/refund`, { amount: '300.00' });
      await house.done('Receipts/Refresh', { id });
    }),
    // The same meal for the same price twice: two tables, or one guest who paid twice?
    at(12.1, (house) => house.paid(again)),
    at(12.3, (house) => house.paid(again)),
    at(13.4, async (house) => {
      const receipt = await house.paid(frozen);
      const fault = { method: 'refund', fault: 'refuse', subCode: 'ACQ.REASON_TRADE_BEEN_FREEZEN' };
      await house.alipay('/sim/faults', fault);
      await house.pass(HOUR_MS);
      await house.call('AliPay/Refund', {
        ...{ ...receipt, batchno: 'R1', refundvalue: 199, operatorno: 'zhang-min' },
        reason: '茶叶受潮',
      });
    }),
    at(14.4, async (house) => {
      // Alipay has lost sight of the payment of 09:06, its code is old: the clerk gives it up ...
      const refuse = { fault: 'refuse', count: 1_000 };
      await house.alipay('/sim/faults', {
        ...refuse,
        method: 'query',
        subCode: 'ACQ.TRADE_NOT_EXIST',
      });
      const tooLate = 'ACQ.TRADE_CANCEL_TIME_OUT';
      await house.alipay('/sim/faults', { ...refuse, method: 'cancel', subCode: tooLate });
      await house.cancel(first.receipt);
      await house.alipay('/sim/faults', undefined, 'DELETE');
      await house.pass(2 * MINUTE_MS, true);
      // ... the guest pays again, and then the first payment turns up.
      await house.paid({ ...lost, fen: 15_800, body: '成人门票 × 2（优惠）' });
      await house.call('AliPay/Query', first.receipt);
    }),
  ];
}

/** What is open when the newcomer looks: a code nobody has scanned, and a guest at the password. */
export async function openNow(house) {
  await house.code({ billType: '4', billNo: 'S-NOW', body: '摆渡车票', fen: 2_000 });
  const sale = { billType: '1', billNo: 'T-NOW', body: '成人门票', fen: 8_800 };
  const { receipt, codeurl } = await house.code(sale);
  await house.guest(codeurl, 'scan');
  await house.query(receipt);
}

/** A payment that Alipay's bill tells otherwise than the books, and one of another program. */
export async function spoilBill(house, date) {
  const from = `${date} 00:00:00`;
  const search = { paidfrom: from, paidto: `${date} 23:59:59`, state: 'paid', pagesize: 200 };
  const { receipts } = await house.done('Receipts/Search', search);
  const plants = `/sim/bills/${date}`;
  const [one, other] = receipts;
  await house.alipay(plants, { plant: 'changeFen', outTradeNo: one.outtradeno, fen: 100 });
  await house.alipay(plants, { plant: 'dropRow', outTradeNo: other.outtradeno });
  await house.alipay(plants, { plant: 'foreignRow', outTradeNo: 'WEBSHOP20260001', fen: 4_990 });
}
