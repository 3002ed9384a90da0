import { join } from 'node:path';
import { FaultyProxy, type Fault } from '../support/far-side/faulty-proxy';
import { TestService } from '../support/process/service';
import { describeLong, rows } from '../support/long';
import { freshBill } from '../support/process/till';
import { BROKEN_OFF, endAll, Here, inBash, inJava, inMono, inNode } from './programs';
import { inPython, NO_CASH, runProgram, WORK } from './programs';
import type { Program, Run } from './programs';

// The examples that charge a guest's code and that give money back: every day in one language.

jest.setTimeout(180_000);

const CHARGES = rows(
  [inNode('charge.mjs')],
  [
    inPython('charge.py'),
    inBash('desk.sh', 'charge'),
    inJava('Desk.java', 'charge'),
    inMono('Charge.cs'),
  ],
);
const REFUNDS = rows(
  [inNode('refund.mjs')],
  [
    inPython('refund.py'),
    inBash('desk.sh', 'refund'),
    inJava('Desk.java', 'refund'),
    inMono('Refund.cs'),
  ],
);
const CANCELS = rows([], [inBash('desk.sh', 'cancel'), inJava('Desk.java', 'cancel')]);

const PAID = /^paid: SUCCESS\r?\n$/;
/** What a call meets before its answer comes: perhaps it was done, perhaps not. */
const SPOILED: readonly Fault[] = [
  'lost',
  { status: 401, errcode: 40100 },
  { status: 429, errcode: 42900, retryAfter: 3 },
  { status: 503, errcode: 50301 },
  { status: 200, errcode: 50300 },
  { status: 500, errcode: 50000 },
  'half',
  'page',
  'cut',
];

/** What the questions meet that follow a charge. */
const SPOILED_QUERIES: readonly Fault[] = [
  'lost',
  { status: 401, errcode: 40100 },
  { status: 200, errcode: 50201 },
  'cut',
];

let service: TestService;

const here = new Here([...CHARGES, ...REFUNDS, ...CANCELS]);

beforeAll(async () => {
  // What a refund was not told is asked for again by the sweep.
  service = await TestService.start({ SWEEP_PERIOD_MS: '500' });
}, 60_000);

afterAll(async () => {
  endAll();
  await service?.stop();
  WORK.remove();
});

/** Runs a program to its end. */
function run(
  program: Program,
  args: readonly string[],
  url = service.url,
  patienceS = 60,
): Promise<Run> {
  const kept = join(WORK.path, `${program.file}.kept`);
  const env = { PAY_URL: url, PAY_KEPT: kept, PAY_PATIENCE_S: String(patienceS) };
  return runProgram(program, args, env);
}

/** What Alipay has of a bill: every charge of it, by the numbers of its receipts. */
async function tradesOf(billnum: string) {
  const search = JSON.stringify({ billnum });
  const { text } = await service.send('/api/3Pay/Receipts/Search', search);
  const { tag } = JSON.parse(text) as { tag: { receipts: { outtradeno: string }[] } };
  return Promise.all(tag.receipts.map(({ outtradeno }) => service.sim.trade(outtradeno)));
}

/** A bill that was paid by a guest's code, and its receipt. */
async function paidBill(): Promise<[billnum: string, autoid: string]> {
  const billnum = freshBill('D');
  const order = { billnum, billtype: '1', paytype: '97', body: 'ticket', paymentvalue: '88.88' };
  const { tag } = await service.post('BarCode', { ...order, barcode: '280000000000000000' });
  expect(tag?.['paystatus']).toBe('SUCCESS');
  return [billnum, tag?.['autoid'] ?? ''];
}

async function behind<Result>(
  operations: Readonly<Record<string, readonly Fault[]>>,
  work: (proxy: FaultyProxy) => Promise<Result>,
): Promise<Result> {
  const proxy = await FaultyProxy.start(service.url);
  for (const [operation, faults] of Object.entries(operations)) proxy.spoil(operation, faults);
  try {
    return await work(proxy);
  } finally {
    await proxy.stop();
  }
}

/** A program whose every call is spoiled: how it ended, what it sent, and what Alipay has. */
async function spoiled(program: Program) {
  const isCharge = CHARGES.includes(program);
  const [bill, autoid] = isCharge ? [freshBill('D'), ''] : await paidBill();
  const args = isCharge ? [bill, '5.10', '280000000000000001'] : [bill, autoid, 'R1', '33.33'];
  const call = isCharge ? 'BarCode' : 'Refund';
  return behind({ [call]: SPOILED, Query: SPOILED_QUERIES }, async (proxy) => {
    const ended = await run(program, args, proxy.url);
    const sent = proxy.arrivals.filter(({ operation }) => operation === call);
    const trades = await tradesOf(bill);
    return { ended, bodies: sent.map(({ body }) => body), trades };
  });
}

describeLong('an example lets go of nothing that may have arrived, and it counts once', () => {
  const result = here.together([...CHARGES, ...REFUNDS], spoiled);

  for (const program of [...CHARGES, ...REFUNDS]) {
    here.it(program, program.file, async () => {
      const { ended, bodies, trades } = await result(program);
      expect(ended).toMatchObject({ code: 0, complaints: expect.stringMatching(NO_CASH) });
      const spoils = SPOILED.length + (CHARGES.includes(program) ? SPOILED_QUERIES.length : 0);
      expect(ended.complaints.trim().split('\n')).toHaveLength(spoils);
      expect(ended.printed).toMatch(/^(paid: SUCCESS|returned: 33\.33)\r?\n$/);
      expect(bodies).toHaveLength(SPOILED.length + 1);
      expect(new Set(bodies).size).toBe(1);
      const is = CHARGES.includes(program) ? [510, 0] : [8888, 3333];
      expect(trades.map((one) => [one.paid, one.totalFen, one.refundedFen])).toEqual([
        [true, ...is],
      ]);
    });
  }
});

/** Alipay does not answer a refund: it is pending, and the answers of RefundQuery are spoiled. */
async function pending(program: Program) {
  const [bill, autoid] = await paidBill();
  return behind({ RefundQuery: SPOILED }, async (proxy) => {
    await service.sim.spoil({ method: 'refund', fault: 'reset', count: 1 });
    const ended = await run(program, [bill, autoid, 'R1', '33.33'], proxy.url);
    return { ended, arrivals: proxy.arrivals, trades: await tradesOf(bill) };
  });
}

describeLong('an example asks after a refund that is pending, whatever it meets', () => {
  const result = here.together(REFUNDS, pending);

  for (const program of REFUNDS) {
    here.it(program, program.file, async () => {
      const { ended, arrivals, trades } = await result(program);
      expect(ended).toMatchObject({ code: 0, complaints: expect.stringMatching(NO_CASH) });
      expect(ended.printed).toMatch(/^returned: 33\.33\r?\n$/);
      const calls = arrivals.map(({ operation }) => operation);
      const questions = calls.filter((operation) => operation === 'RefundQuery');
      expect(questions.length).toBeGreaterThan(SPOILED.length);
      expect(calls).toEqual(['Refund', ...questions]);
      expect(trades).toMatchObject([{ totalFen: 8888, refundedFen: 3333 }]);
    });
  }
});

describe.each(CHARGES.map((program) => [program.file, program] as const))(
  '%s',
  (_file, program) => {
    here.it(program, 'charges once, knows it when it comes again, and is refused', async () => {
      const bill = freshBill('D');
      const paid = { code: 0, printed: expect.stringMatching(PAID) };
      expect(await run(program, [bill, '5.10', '280000000000000001'])).toMatchObject(paid);
      expect(await run(program, [bill, '5.10', '280000000000000011'])).toMatchObject(paid);
      expect(await tradesOf(bill)).toMatchObject([{ paid: true, totalFen: 510 }]);
      const refused = await run(program, [freshBill('D'), '0', '280000000000000001']);
      expect(refused).toMatchObject({ code: 2, complaints: expect.stringContaining('40001') });
      const failed = await run(program, [freshBill('D'), '5.10', '280000000000000006']);
      expect(failed).toMatchObject({
        code: 1,
        printed: expect.stringMatching(/^not paid: PAYERROR\r?\n$/),
      });
    });

    here.it(
      program,
      'that cannot keep its receipt does not say that nothing was paid',
      async () => {
        const bill = freshBill('D');
        const keepsNowhere = { ...program, file: 'no-folder/kept' };
        const ended = await run(keepsNowhere, [bill, '5.10', '280000000000000001']);
        const complaints = expect.stringMatching(BROKEN_OFF);
        expect(ended).toMatchObject({ code: 3, printed: '', complaints });
        expect(await tradesOf(bill)).toMatchObject([{ paid: true }]);
      },
    );

    describeLong('while the guest is waited for', () => {
      here.it(program, 'gives a guest up who types no password, by Cancel', async () => {
        const bill = freshBill('D');
        const calls = await behind({ Cancel: ['lost', 'cut'] }, async (proxy) => {
          const ended = await run(program, [bill, '5.10', '280000000000000005'], proxy.url, 1);
          expect(ended).toMatchObject({
            code: 1,
            printed: expect.stringMatching(/^not paid: REVOKED/),
          });
          return proxy.operations();
        });
        expect(calls.slice(-3)).toEqual(['Cancel', 'Cancel', 'Cancel']);
        expect(await tradesOf(bill)).toMatchObject([{ paid: false }]);
      });

      here.it(
        program,
        'undoes nothing while nothing is known: the bill may be paid long ago',
        async () => {
          const bill = freshBill('D');
          expect(await run(program, [bill, '5.10', '280000000000000001'])).toMatchObject({
            code: 0,
          });
          const away: Fault[] = ['cut', { status: 200, errcode: 50300 }, 'page'];
          const calls = await behind({ Query: away }, async (proxy) => {
            const ended = await run(program, [bill, '5.10', '280000000000000011'], proxy.url, 1);
            expect(ended).toMatchObject({ code: 0, printed: expect.stringMatching(PAID) });
            return proxy.operations();
          });
          expect(calls).toEqual(['Query', 'Query', 'Query', 'Query']);
        },
      );
    });
  },
);

describe.each(REFUNDS.map((program) => [program.file, program] as const))(
  '%s',
  (_file, program) => {
    here.it(
      program,
      'gives a part back once, however often it is run, and is refused',
      async () => {
        const [bill, autoid] = await paidBill();
        const returned = { code: 0, printed: expect.stringMatching(/^returned: 33\.33\r?\n$/) };
        expect(await run(program, [bill, autoid, 'R1', '33.33'])).toMatchObject(returned);
        expect(await run(program, [bill, autoid, 'R1', '33.33'])).toMatchObject(returned);
        const more = await run(program, [bill, autoid, 'R2', '88.88']);
        expect(more).toMatchObject({ code: 2, complaints: expect.stringContaining('40902') });
        expect(await tradesOf(bill)).toMatchObject([{ totalFen: 8888, refundedFen: 3333 }]);
      },
    );

    here.it(program, 'that is used wrongly does not say what became of a refund', async () => {
      expect([2, 3]).toContain((await run(program, [freshBill('D')])).code);
    });

    here.it(program, 'says what is finally refused', async () => {
      const [bill, autoid] = await paidBill();
      const subCode = 'ACQ.TRADE_HAS_FINISHED';
      await service.sim.spoil({ method: 'refund', fault: 'refuse', subCode, count: 1 });
      const ended = await run(program, [bill, autoid, 'R1', '33.33']);
      expect(ended).toMatchObject({ code: 1, printed: expect.stringMatching(/^not returned: /) });
    });
  },
);

for (const program of CANCELS) {
  describe(program.file, () => {
    here.it(program, 'gives all of a payment back, and is refused', async () => {
      const [bill, autoid] = await paidBill();
      const undone = { code: 0, printed: 'undone: REFUND\n', complaints: '' };
      expect(await run(program, [bill, autoid])).toEqual(undone);
      expect(await run(program, [bill, autoid])).toEqual(undone);
      expect(await tradesOf(bill)).toMatchObject([{ totalFen: 8888, refundedFen: 8888 }]);
      const refused = await run(program, [freshBill('D'), autoid]);
      expect(refused).toMatchObject({ code: 2, complaints: expect.stringContaining('40401') });
    });

    here.it(program, 'goes on until it is told, by the very same call', async () => {
      const [bill, autoid] = await paidBill();
      await behind({ Cancel: SPOILED }, async (proxy) => {
        const ended = await run(program, [bill, autoid], proxy.url);
        const complaints = expect.stringMatching(NO_CASH);
        expect(ended).toMatchObject({ code: 0, printed: 'undone: REFUND\n', complaints });
        expect(proxy.arrivals).toHaveLength(SPOILED.length + 1);
        expect(new Set(proxy.arrivals.map(({ body }) => body)).size).toBe(1);
      });
      expect(await tradesOf(bill)).toMatchObject([{ totalFen: 8888, refundedFen: 8888 }]);
    });
  });
}
