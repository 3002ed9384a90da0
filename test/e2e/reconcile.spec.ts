import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { chinaTime } from '../../src/domain/china-time';
import { startTestSimulator, TestClient } from '../simulator/support';
import { rows } from '../support/long';
import { TestService } from '../support/process/service';
import type { Env } from '../support/process/service';
import { anAsk, cancel, getCode, query } from '../support/process/till';
import type { GivenCode } from '../support/process/till';
import { tempFolder } from '../support/temp-folder';

jest.setTimeout(60_000);

const COMMAND = join(__dirname, '../../dist/src/reconcile-main.js');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TODAY = Date.parse(`${chinaTime(Date.now()).slice(0, 10)}T00:00:00+08:00`);
/** Yesterday, well before midnight, and so late that our own clock still lets a cancel go out. */
const PAID_AT = Math.min(TODAY - 11 * MINUTE, Math.max(TODAY - 12 * HOUR, Date.now() - 23 * HOUR));
const DATE = chinaTime(TODAY - 1).slice(0, 10);

describe('npm run reconcile', () => {
  const folder = tempFolder();
  let client: TestClient;
  let stop: () => Promise<void>;
  let service: TestService;
  let account: Env;
  /** Paid; cancelled after it was paid; paid, with a part back by the portal. */
  let codes: GivenCode[];
  let numbers: string[];

  beforeAll(async () => {
    ({ client, stop } = await startTestSimulator({ feeRate: 60 }));
    account = parseEnv(readFileSync(join(client.dataDir, 'client.env'), 'utf8'));
    service = await TestService.start(account);
    await simTime(PAID_AT);
    codes = [];
    for (let count = 0; count < 4; count += 1) codes.push(await paidCode());
    const { trades } = (await client.control('GET', '/sim/trades')).body as {
      trades: { outTradeNo: string }[];
    };
    numbers = trades.map(({ outTradeNo }) => outTradeNo);
    const [, second] = codes;
    if (second === undefined) throw new Error('no code');
    expect((await giveBack(second)).errcode).toBe(0);
    await simTime(TODAY + 10 * HOUR);
  });
  afterAll(async () => {
    await service?.stop();
    await stop?.();
    folder.remove();
  });

  /** In the last minutes of a day yesterday's payment is too old for a cancel. */
  function giveBack(code: GivenCode) {
    if (Date.now() - PAID_AT < DAY - 5 * MINUTE) return cancel(service, code);
    const { billnum, billtype, paytype } = code.ask;
    const refund = { batchno: 'R-1', refundvalue: String(code.ask.paymentvalue) };
    return service.post('Refund', { billnum, billtype, paytype, autoid: code.autoid, ...refund });
  }

  function simTime(atMs: number) {
    return client.control('POST', '/sim/clock', { offsetMs: Math.round(atMs - Date.now()) });
  }

  async function paidCode(): Promise<GivenCode> {
    const code = await getCode(service, anAsk('2'));
    const secret = code.codeurl.split('/').at(-1) ?? '';
    for (const step of ['scan', 'pay']) await client.control('POST', `/sim/qr/${secret}/${step}`);
    expect((await query(service, code)).tag?.['paystatus']).toBe('SUCCESS');
    return code;
  }

  const plant = (body: object) => client.control('POST', `/sim/bills/${DATE}`, body);
  const withdraw = () => client.control('DELETE', `/sim/bills/${DATE}`);

  async function run(...flags: string[]): Promise<{ code: number | null; text: string }> {
    const { PATH, HOME } = process.env;
    const child = spawn(process.execPath, [COMMAND, ...flags], {
      cwd: folder.path,
      env: { PATH, HOME, ...account, DATABASE_URL: service.databaseUrl },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    const listen = (chunk: Buffer) => (text += chunk.toString());
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    const [code] = (await once(child, 'close')) as [number | null];
    return { code, text };
  }

  it('says that a day is equal, and ends with 0', async () => {
    const { code, text } = await run('--date', DATE);
    expect(text.split('\n')).toEqual([
      `${DATE}  account ${account['ALIPAY_SELLER_ID']}0156`,
      expect.stringMatching(/^payments {2}4 {2}\d+\.\d\d$/),
      expect.stringMatching(/^refunds {3}1 {2}\d+\.\d\d$/),
      expect.stringMatching(/^net {7}\d+\.\d\d$/),
      'verdicts  equal 5',
      'equal',
      '',
    ]);
    expect(code).toBe(0);
  });

  it('names each difference, and ends with 1', async () => {
    const [dropped, , changed, refunded] = numbers;
    await plant({ plant: 'dropRow', outTradeNo: dropped });
    await plant({ plant: 'changeFen', outTradeNo: changed, fen: 1 });
    await plant({ plant: 'foreignRow', outTradeNo: 'shop_7', fen: 500 });
    await simTime(PAID_AT + MINUTE);
    await client.control('POST', `/sim/trades/${refunded}/refund`, { amount: '0.50' });
    await simTime(TODAY + 10 * HOUR);
    const { code, text } = await run('--date', DATE);
    const lines = text.split('\n').slice(5, 8).sort();
    const portal = `refundOnlyAtAlipay .* ${refunded} .*bill 0.50 books -`;
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^amountDiffers .* ${changed} `)),
      expect.stringMatching(new RegExp(`^booked now: ${portal}`)),
      expect.stringMatching(new RegExp(`^paidOnlyHere .* ${dropped} .*bill - books`)),
    ]);
    expect(text).toContain('foreignRow 1');
    expect(text).toContain('\nbillChanged\n3 to look at\n');
    expect(code).toBe(1);
    await withdraw();
  });

  const NO_BILL: [string, RegExp][] = [['cutFile', /bill not believed \(fileCut\)/]];
  // Each is read and refused in read-bill.spec.ts.
  const OTHERS: [string, RegExp][] = [
    ['late', /the bill is not there yet/],
    ['noData', /that is no proof that nothing was paid/],
    ['wrongTrailer', /bill not believed \(trailerWrong\)/],
    ['wrongAccount', /bill not believed \(wrongAccount\)/],
  ];
  it.each(rows(NO_BILL, OTHERS))(
    'compares nothing with a bill that is %s, and ends with 2',
    async (kind, words) => {
      await plant({ plant: kind });
      const { code, text } = await run('--date', DATE);
      expect(text).toMatch(words);
      expect(
        text
          .trim()
          .split('\n')
          .filter((line) => line.startsWith(DATE)),
      ).toHaveLength(1);
      expect(code).toBe(2);
      await withdraw();
    },
  );

  it('takes a file that somebody has downloaded', async () => {
    const ask = { bill_type: 'trade', bill_date: DATE };
    const { node } = await client.call('alipay.data.dataservice.bill.downloadurl.query', ask);
    const answer = await fetch(String(node['bill_download_url']));
    const file = join(folder.path, 'by hand.zip');
    writeFileSync(file, Buffer.from(await answer.arrayBuffer()));
    const { text } = await run('--date', DATE, '--file', file);
    expect(text).toContain('equal 6');
    writeFileSync(file, 'no zip');
    expect(await run('--date', DATE, '--file', file)).toMatchObject({
      code: 2,
      text: expect.stringContaining('(notZip)') as string,
    });
  });

  const BAD_FLAGS: [string[], RegExp][] = [
    [['--date', chinaTime(TODAY).slice(0, 10)], /no day .* that is over/],
  ];
  const OTHER_FLAGS: [string[], RegExp][] = [
    [['--date', chinaTime(TODAY - DAY).slice(0, 10), '--file', 'none.zip'], /ENOENT/],
    [[], /say which day/],
    [['--date', '2026-13-01'], /no day/],
  ];
  it.each(rows(BAD_FLAGS, OTHER_FLAGS))('refuses %j with 2', async (flags, words) => {
    const { code, text } = await run(...flags);
    expect(text).toMatch(words);
    expect(code).toBe(2);
  });
});
