import { setTimeout as wait } from 'node:timers/promises';
import type { BooksInspect } from '../database/books-inspect';
import { whileLocked } from '../support/books/locked-file';
import { notifiedAt } from '../support/process/ports';
import { describeLong, itLong } from '../support/long';
import { TestService } from '../support/process/service';
import type { GivenCode } from '../support/process/till';
import { anAsk, getCode, payAtSimulator, query, receiptRow, saying } from '../support/process/till';

jest.setTimeout(60_000);

/** Of 512 bytes each: enough for the file as it is, soon too small for what is written to it. */
const FILE_BLOCKS = 2_900;

async function ready({ url }: TestService): Promise<number> {
  return (await fetch(`${url}/health/ready`)).status;
}

// One lock for the whole file, and a file that cannot grow, are SQLite's own. What comes of an SQL
// Server that does not serve is in test/tds/service.spec.ts.
describe('an SQLite file that another program has locked', () => {
  let service: TestService;
  let inspect: BooksInspect;

  beforeAll(async () => {
    service = await TestService.startOnSqlite(await notifiedAt());
    await service.sim.notifies(false); // Until a test sends one.
    inspect = service.inspect();
  });
  afterAll(async () => {
    inspect?.close();
    await service?.stop();
  });

  it('is an error before Alipay is called, or money not saved yet: never SUCCESS', async () => {
    const paid = await getCode(service, anAsk('7'));
    await payAtSimulator(service, paid);
    const calls = (await service.sim.calls({ method: 'precreate' })).length;
    const ask = anAsk();
    const [scan, success] = await whileLocked(service.database, () =>
      Promise.all([service.post('ScanCode', ask), query(service, paid)]),
    );

    expect([scan.status, scan.errcode, scan.tag]).toEqual([200, 50300, null]);
    expect([success.status, success.errcode, success.tag]).toEqual([200, 1, null]);
    expect((await service.sim.calls({ method: 'precreate' })).length).toBe(calls);
    expect(inspect.rows('select 1 from bill where bill_key = ?', ask.billnum)).toEqual([]);
    expect(receiptRow(inspect, paid)).toMatchObject({ state: 'waiting', trade_no: null });

    expect(saying(await query(service, paid))).toBe('0 SUCCESS 3');
    expect(await inspect.cardBalance(paid.ask.cardno ?? '')).toBe('88.88');
    await getCode(service, ask);
  });

  it('for a moment only is waited for', async () => {
    const code = await whileLocked(service.database, async () => {
      const asked = getCode(service);
      await wait(300);
      return { asked };
    });
    expect((await code.asked).autoid).toBe('98|0|1');
  });

  itLong('fails a notify, and takes it when it is free', async () => {
    const code = await getCode(service, anAsk('7'));
    await payAtSimulator(service, code);
    const { out_trade_no: outTradeNo } = receiptRow(inspect, code);
    // Alipay waits ten seconds; the books are waited for five.
    const { accepted, reception } = await whileLocked(service.database, () =>
      service.sim.notify(outTradeNo),
    );
    expect([accepted, reception.body]).toEqual([false, 'fail']);
    expect(receiptRow(inspect, code).state).toBe('waiting');
    expect((await service.sim.notify(outTradeNo)).accepted).toBe(true);
    expect(receiptRow(inspect, code).state).toBe('paid');
  });

  itLong('makes the service unready, and ready again when it is free', async () => {
    const statuses: number[] = [];
    await whileLocked(service.database, async () => {
      // Nobody writes meanwhile. What got through just before counts for five seconds.
      for (let look = 0; look < 12 && !statuses.includes(503); look += 1) {
        statuses.push(await ready(service));
        await wait(1_100);
      }
    });
    expect(statuses.at(-1)).toBe(503);
    await wait(1_100);
    expect(await ready(service)).toBe(200);
  });

  it('answers from the books while another writes', async () => {
    const code = await getCode(service);
    await payAtSimulator(service, code);
    expect(saying(await query(service, code))).toBe('0 SUCCESS 3');
    const answer = await whileLocked(service.database, () => query(service, code));
    expect(saying(answer)).toBe('0 SUCCESS 3');
  });
});

// `npm run disk-full` fills a real one.
describeLong('an SQLite file on a disk that fills up', () => {
  it('refuses what cannot be saved, and keeps what was answered', async () => {
    const service = await TestService.startOnSqlite();
    try {
      const waiting = await getCode(service);
      await payAtSimulator(service, waiting);
      await service.kill();
      const limited = ['sh', '-c', `ulimit -f ${FILE_BLOCKS}; exec "$0" "$@"`];
      await service.restart({}, limited);

      const given: GivenCode[] = [];
      let refused = 0;
      for (let bill = 0; bill < 200 && refused < 3; bill += 1) {
        const ask = anAsk('2', { body: 'x'.repeat(20_000) });
        const { errcode, tag } = await service.post('ScanCode', ask);
        if (errcode === 0) {
          given.push({ ask, autoid: tag?.autoid ?? '', codeurl: tag?.codeurl ?? '' });
        } else {
          expect([errcode, tag?.codeurl ?? null]).toEqual([expect.any(Number), null]);
          expect([1, 50300]).toContain(errcode);
          refused += 1;
        }
      }
      expect(given.length).toBeGreaterThan(5);
      expect(refused).toBe(3);
      let status = 200;
      // A little one may still fit in, and takes the last pages then.
      for (let look = 0; look < 15 && status !== 503; look += 1) {
        await service.post('ScanCode', anAsk('2', { body: 'x'.repeat(20_000 >> look) }));
        await wait(1_100);
        status = await ready(service);
      }
      expect(status).toBe(503);
      // Its few pages may still fit; then SUCCESS is on the disk already.
      const said = saying(await query(service, waiting));
      expect(['1', '0 SUCCESS 3']).toContain(said);

      await service.kill();
      const before = service.inspect();
      const expected = said === '1' ? 'waiting' : 'paid';
      expect(receiptRow(before, waiting).state).toBe(expected);
      before.close();
      await service.restart();
      expect(saying(await query(service, waiting))).toBe('0 SUCCESS 3');
      for (const code of given) expect(saying(await query(service, code))).toBe('0 NOTPAY 0');
      const inspect = service.inspect();
      expect(inspect.rows('pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      inspect.close();
    } finally {
      await service.stop();
    }
  });
});
