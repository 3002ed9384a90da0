import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { encode } from 'iconv-lite';
import { chinaTime } from '../../src/domain/china-time';
import { BillRefusal } from '../../src/reconciliation/bill/bill-refusal';
import type { BillRow } from '../../src/reconciliation/bill/bill-row';
import { readBill } from '../../src/reconciliation/bill/read-bill';
import { BillZip } from '../../src/reconciliation/bill/zip/zip-entries';
import { dayOf, recorded } from '../support/bills/bill-zip';
import { tempFolder } from '../support/temp-folder';
import { Desk } from './desk';
import { startTestSimulator, TestClient } from './support';

const METHOD = 'alipay.data.dataservice.bill.downloadurl.query';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe("the simulator's bill", () => {
  const folder = tempFolder();
  let desk: Desk;
  let client: TestClient;
  let stop: () => Promise<void>;
  /** The simulated day of the next trade; each test has one of its own. */
  let date: string;
  let offsetMs = 0;
  let days = 0;

  beforeAll(async () => {
    ({ client, stop } = await startTestSimulator({ feeRate: 60 }));
    desk = new Desk(client);
  });
  afterAll(async () => {
    await stop();
    folder.remove();
  });
  beforeEach(async () => {
    days += 3;
    await toTime(days, 12);
    const { body } = await client.control('GET', '/sim/clock');
    date = chinaTime(Number(body['nowMs'])).slice(0, 10);
  });

  /** Moves the simulated clock to an hour of the China day so many days from now. */
  async function toTime(day: number, hour: number): Promise<void> {
    const today = Date.parse(`${chinaTime(Date.now()).slice(0, 10)}T00:00:00+08:00`);
    offsetMs = today + day * DAY + hour * HOUR - Date.now();
    await desk.later(offsetMs);
  }
  const nextMorning = () => toTime(days + 1, 9.1);

  const ask = async (biz: object = {}) =>
    (await client.call(METHOD, { bill_type: 'trade', bill_date: date, ...biz })).node;
  const plant = (body: object) => client.control('POST', `/sim/bills/${date}`, body);

  async function download(): Promise<{ bytes: Buffer; name: string }> {
    const url = String((await ask())['bill_download_url']);
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    return { bytes: Buffer.from(await answer.arrayBuffer()), name: url.split('/').at(-1) ?? '' };
  }

  async function read() {
    const path = join(folder.path, 'sim.zip');
    writeFileSync(path, (await download()).bytes);
    const rows: BillRow[] = [];
    const day = dayOf(date, client.settings['ALIPAY_SELLER_ID'] ?? '');
    return { totals: await readBill(path, day, (row) => rows.push(row)), rows };
  }

  async function fault(): Promise<string> {
    try {
      await read();
      return 'believed';
    } catch (error) {
      if (error instanceof BillRefusal) return error.fault;
      throw error;
    }
  }

  it('holds every payment and refund of the day, with fees, and adds up', async () => {
    const [kept, cancelled, parts] = [await desk.paid(), await desk.paid(), await desk.paid()];
    await desk.order('scan');
    await desk.cancel(cancelled);
    await desk.refund(parts, '2.50', 'batch1');
    await desk.act(parts, 'refund', { amount: '1.00' });
    await nextMorning();
    const { rows, totals } = await read();
    const told = rows.map((row) => [row.kind, row.outTradeNo, row.amount, row.fee]);
    expect(told).toHaveLength(6);
    expect(told).toEqual(
      expect.arrayContaining([
        ['payment', kept, 1_000, 6],
        ['payment', cancelled, 1_000, 6],
        ['payment', parts, 1_000, 6],
        ['refund', cancelled, 1_000, -6],
        ['refund', parts, 250, -2],
        ['refund', parts, 100, -1],
      ]),
    );
    expect(rows.find(({ amount }) => amount === 250)?.requestNo).toBe('batch1');
    expect(totals).toMatchObject({
      account: `${client.settings['ALIPAY_SELLER_ID']}0156`,
      payments: { count: 3, received: 3_000 },
      refunds: { count: 3, received: -1_350 },
      fees: 9,
      net: 1_641,
      feesExplainNet: true,
    });
  });

  it('has the form of a recorded one, to the byte', async () => {
    await desk.paid();
    await nextMorning();
    const { bytes, name } = await download();
    expect(name).toMatch(/^2088\d{12}0156_\d{8}\.csv\.zip$/);
    // Names in GBK, and the flag for UTF-8 off.
    expect(bytes.includes(encode(`${name.slice(0, -8)}_业务明细(汇总).csv`, 'gbk'))).toBe(true);
    expect(bytes.readUInt16LE(6)).toBe(0);
    const path = join(folder.path, 'form.zip');
    writeFileSync(path, bytes);
    const zip = await BillZip.open(path);
    const unpacked = async (file: 'details' | 'summary') => buffer((await zip.read(file)).bytes);
    const frame = (content: Buffer) =>
      new TextDecoder('gbk')
        .decode(content)
        .replace(/\d{20}/, 'ACCOUNT')
        .replace(/\d+年\d+月\d+日 \d+:\d+:\d+/g, 'TIME')
        .split('\r\n')
        .filter((line) => /^[#支门]/.test(line))
        .map((line) => line.replace(/\d+笔/, 'N笔').replace(/-?\d+\.\d\d/g, 'Y'));
    expect(frame(await unpacked('details'))).toEqual(frame(recorded('details-25')));
    expect(frame(await unpacked('summary'))).toEqual(frame(recorded('summary')));
    zip.close();
  });

  it('is there from nine on the day after, and never for today', async () => {
    expect(await ask()).toMatchObject({ code: '40004', sub_code: 'INVAILID_ARGUMENTS' });
    await toTime(days + 1, 8.9);
    expect(await ask()).toMatchObject({ code: '40004', sub_code: 'isp.bill_not_exist' });
    await toTime(days + 1, 9);
    expect(await ask()).toMatchObject({
      code: '10000',
      bill_file_code: 'EMPTY_DATA_WITH_BILL_FILE',
    });
    expect((await read()).rows).toEqual([]);
  });

  it.each([
    [{ bill_type: 'signcustomer' }, 'TYPE_NOT_SUPPORTED'],
    [{ bill_date: '2026-13-01' }, 'INVAILID_ARGUMENTS'],
    [{ bill_date: '2026-11' }, 'INVAILID_ARGUMENTS'],
    [{ bill_date: '2014-01-01' }, 'BILL_DATE_BEFORE_REGISTRATION'],
  ])('refuses %j', async (biz, subCode) => {
    expect(await ask(biz)).toMatchObject({ code: '40004', sub_code: subCode });
  });

  it('is given out for 30 seconds', async () => {
    await nextMorning();
    const url = String((await ask())['bill_download_url']);
    expect((await fetch(url)).status).toBe(200);
    await desk.later(offsetMs + 31_000);
    expect((await fetch(url)).status).toBe(403);
    expect((await fetch(url, { method: 'POST' })).status).toBe(405);
  });

  it.each([
    ['wrongTrailer', 'trailerWrong'],
    ['wrongSummary', 'summaryWrong'],
    ['wrongAccount', 'wrongAccount'],
    ['wrongDay', 'wrongDay'],
    ['cutFile', 'fileCut'],
  ])('can be wrong as a whole: %s', async (kind, expected) => {
    await desk.paid();
    await desk.paid();
    await nextMorning();
    expect((await plant({ plant: kind })).status).toBe(200);
    expect(await fault()).toBe(expected);
    await client.control('DELETE', `/sim/bills/${date}`);
    expect(await fault()).toBe('believed');
  });

  it('can be wrong in its rows, and adds up all the same', async () => {
    const numbers = [];
    for (let count = 0; count < 6; count += 1) numbers.push(await desk.paid());
    const [dropped, fen, trade, doubled, moved, refunded] = numbers;
    await desk.refund(refunded ?? '', '4.00', 'batch');
    await nextMorning();
    const before = (await read()).rows;
    await plant({ plant: 'dropRow', outTradeNo: dropped });
    await plant({ plant: 'changeFen', outTradeNo: fen, fen: -1 });
    await plant({ plant: 'changeTradeNo', outTradeNo: trade });
    await plant({ plant: 'doubleTrade', outTradeNo: doubled, other: fen });
    await plant({ plant: 'moveRow', outTradeNo: moved, byMs: 2_000 });
    await plant({ plant: 'changeFen', outTradeNo: refunded, row: 'refund', fen: 5 });
    await plant({ plant: 'foreignRow', outTradeNo: 'shop_1', fen: 777 });
    await plant({ plant: 'wrongNet' });
    const { rows, totals } = await read();
    const was = (number: unknown) => before.find(({ outTradeNo }) => outTradeNo === number);
    const is = (number: unknown, kind = 'payment') =>
      rows.find((row) => row.outTradeNo === number && row.kind === kind);
    expect(is(dropped)).toBeUndefined();
    expect(is(fen)?.amount).toBe(999);
    expect(is(trade)?.tradeNo).not.toBe(was(trade)?.tradeNo);
    expect(is(doubled)?.tradeNo).toBe(was(fen)?.tradeNo);
    expect(is(moved)?.atMs).toBe((was(moved)?.atMs ?? 0) + 2_000);
    expect(is(refunded, 'refund')?.amount).toBe(405);
    expect(is('shop_1')?.amount).toBe(777);
    expect(totals.feesExplainNet).toBe(false);
  });

  it('can be late, or not there for want of data', async () => {
    await nextMorning();
    await plant({ plant: 'late' });
    expect(await ask()).toMatchObject({ sub_code: 'isp.bill_not_exist' });
    await client.control('DELETE', `/sim/bills/${date}`);
    await plant({ plant: 'noData' });
    expect(await ask()).toMatchObject({ sub_code: 'NO_BILL_DATA' });
  });

  it.each([
    [{}],
    [{ plant: 'dropRow' }],
    [{ plant: 'doubleTrade', outTradeNo: 'x' }],
    [{ plant: 'changeFen', outTradeNo: 'x', fen: 0 }],
    [{ plant: 'foreignRow', fen: -1 }],
    [{ plant: 'moveRow', outTradeNo: 'x', byMs: '1' }],
    [{ plant: 'dropRow', outTradeNo: 'x', row: 'both' }],
    [{ plant: 'dropRow', outTradeNo: 7 }],
  ])('refuses to plant %j', async (body) => {
    expect((await plant(body)).status).toBe(400);
    expect((await client.control('GET', `/sim/bills/${date}`)).body).toEqual({ date, plants: [] });
  });
});
