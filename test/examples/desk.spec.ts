import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { FaultyProxy, type Fault } from '../support/far-side/faulty-proxy';
import { TestService } from '../support/process/service';
import { describeLong } from '../support/long';
import { tempFolder } from '../support/temp-folder';
import { freshBill } from '../support/process/till';

// The examples that charge a guest's code and that give money back.

jest.setTimeout(180_000);

const FOLDER = join(__dirname, '../../docs/examples');
const WORK = tempFolder();

interface Program {
  readonly file: string;
  readonly needs: readonly string[];
  readonly command: readonly string[];
}

const CHARGES: readonly Program[] = [
  { file: 'charge.mjs', needs: ['node'], command: ['node', 'charge.mjs'] },
  { file: 'charge.py', needs: ['python3'], command: ['python3', '-B', 'charge.py'] },
  inBash('charge'),
];
const REFUNDS: readonly Program[] = [
  { file: 'refund.mjs', needs: ['node'], command: ['node', 'refund.mjs'] },
  { file: 'refund.py', needs: ['python3'], command: ['python3', '-B', 'refund.py'] },
  inBash('refund'),
  {
    file: 'Refund.cs',
    needs: ['mcs', 'mono'],
    command: ['mono', join(WORK.path, 'Refund.exe')],
  },
];

const CANCEL = inBash('cancel');

function inBash(verb: string): Program {
  return { file: `desk.sh ${verb}`, needs: ['bash', 'curl'], command: ['bash', 'desk.sh', verb] };
}

/** Mono may be there without the libraries of .NET that a till has: that is no Mono for us. */
const NO_LIBRARY = /\bCS0006\b/;
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
/** Programs that run: one that waits for ever must not outlive its test. */
const running = new Set<ChildProcess>();

/** Compiles the C# sample; gives what the compiler says of it. */
function compiled(): string {
  const libraries = ['-r:System.Net.Http.dll', '-r:System.Runtime.Serialization.dll'];
  const out = `-out:${join(WORK.path, 'Refund.exe')}`;
  return spawnSync('mcs', [...libraries, out, join(FOLDER, 'Refund.cs')]).stderr.toString();
}

function isThere({ file, needs }: Program): boolean {
  const all = needs.every((each) => spawnSync(each, ['--version']).status === 0);
  return all && !(file === 'Refund.cs' && NO_LIBRARY.test(compiled()));
}

const THERE = new Set([...CHARGES, ...REFUNDS, CANCEL].filter(isThere));

function ifThere(program: Program): jest.It {
  return THERE.has(program) ? it : it.skip;
}

beforeAll(async () => {
  // What a refund was not told is asked for again by the sweep.
  service = await TestService.start({ SWEEP_PERIOD_MS: '500' });
  if (REFUNDS.some((one) => one.file === 'Refund.cs' && THERE.has(one))) {
    expect(compiled()).toBe('');
  }
}, 60_000);

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  await service?.stop();
  WORK.remove();
});

/** Runs a program to its end. */
function run(
  { file, command: [command = '', ...flags] }: Program,
  args: readonly string[],
  url = service.url,
  patienceS = 60,
): Promise<{ code: number | null; printed: string; complaints: string }> {
  const kept = join(WORK.path, `${file}.kept`);
  const env = { ...process.env, PAY_URL: url, PAY_KEPT: kept, PAY_PATIENCE_S: String(patienceS) };
  const stdio: ['ignore', 'pipe', 'pipe'] = ['ignore', 'pipe', 'pipe'];
  const child = spawn(command, [...flags, ...args], { cwd: FOLDER, env, stdio });
  running.add(child);
  let [printed, complaints] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  return new Promise((resolve) => {
    child.once('close', (code) => {
      running.delete(child);
      resolve({ code, printed, complaints });
    });
  });
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
  // They wait most of the time, so all of them wait together, before anything else is tried.
  const begun = new Map<Program, ReturnType<typeof spoiled>>();
  beforeAll(() => {
    for (const program of [...CHARGES, ...REFUNDS].filter((one) => THERE.has(one))) {
      const result = spoiled(program);
      result.catch(() => undefined); // Its own test tells.
      begun.set(program, result);
    }
  });

  for (const program of [...CHARGES, ...REFUNDS]) {
    ifThere(program)(program.file, async () => {
      const { ended, bodies, trades } = await (begun.get(program) ?? spoiled(program));
      expect([ended.code, ended.complaints]).toEqual([0, '']);
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
  const begun = new Map<Program, ReturnType<typeof pending>>();
  beforeAll(() => {
    for (const program of REFUNDS.filter((one) => THERE.has(one))) {
      const result = pending(program);
      result.catch(() => undefined); // Its own test tells.
      begun.set(program, result);
    }
  });

  for (const program of REFUNDS) {
    ifThere(program)(program.file, async () => {
      const { ended, arrivals, trades } = await (begun.get(program) ?? pending(program));
      expect([ended.code, ended.complaints]).toEqual([0, '']);
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
    const ifHere = ifThere(program);

    ifHere('charges once, knows it when it comes again, and is refused', async () => {
      const bill = freshBill('D');
      const paid = { code: 0, printed: 'paid: SUCCESS\n' };
      expect(await run(program, [bill, '5.10', '280000000000000001'])).toMatchObject(paid);
      expect(await run(program, [bill, '5.10', '280000000000000011'])).toMatchObject(paid);
      expect(await tradesOf(bill)).toMatchObject([{ paid: true, totalFen: 510 }]);
      const refused = await run(program, [freshBill('D'), '0', '280000000000000001']);
      expect(refused).toMatchObject({ code: 2, complaints: expect.stringContaining('40001') });
      const failed = await run(program, [freshBill('D'), '5.10', '280000000000000006']);
      expect(failed).toMatchObject({ code: 1, printed: 'not paid: PAYERROR\n' });
    });

    ifHere('that cannot keep its receipt does not say that nothing was paid', async () => {
      const bill = freshBill('D');
      const keepsNowhere = { ...program, file: 'no-folder/kept' };
      const ended = await run(keepsNowhere, [bill, '5.10', '280000000000000001']);
      expect(ended).toMatchObject({ code: 3, printed: '' });
      expect(await tradesOf(bill)).toMatchObject([{ paid: true }]);
    });

    describeLong('while the guest is waited for', () => {
      ifHere('gives a guest up who types no password, by Cancel', async () => {
        const bill = freshBill('D');
        const calls = await behind({ Cancel: ['lost', 'cut'] }, async (proxy) => {
          const ended = await run(program, [bill, '5.10', '280000000000000005'], proxy.url, 1);
          expect(ended).toMatchObject({ code: 1, printed: 'not paid: REVOKED\n' });
          return proxy.operations();
        });
        expect(calls.slice(-3)).toEqual(['Cancel', 'Cancel', 'Cancel']);
        expect(await tradesOf(bill)).toMatchObject([{ paid: false }]);
      });

      ifHere('undoes nothing while nothing is known: the bill may be paid long ago', async () => {
        const bill = freshBill('D');
        expect(await run(program, [bill, '5.10', '280000000000000001'])).toMatchObject({ code: 0 });
        const away: Fault[] = ['cut', { status: 200, errcode: 50300 }, 'page'];
        const calls = await behind({ Query: away }, async (proxy) => {
          const ended = await run(program, [bill, '5.10', '280000000000000011'], proxy.url, 1);
          expect(ended).toMatchObject({ code: 0, printed: 'paid: SUCCESS\n' });
          return proxy.operations();
        });
        expect(calls).toEqual(['Query', 'Query', 'Query', 'Query']);
      });
    });
  },
);

describe.each(REFUNDS.map((program) => [program.file, program] as const))(
  '%s',
  (_file, program) => {
    const ifHere = ifThere(program);

    ifHere('gives a part back once, however often it is run, and is refused', async () => {
      const [bill, autoid] = await paidBill();
      const returned = { code: 0, printed: expect.stringMatching(/^returned: 33\.33\r?\n$/) };
      expect(await run(program, [bill, autoid, 'R1', '33.33'])).toMatchObject(returned);
      expect(await run(program, [bill, autoid, 'R1', '33.33'])).toMatchObject(returned);
      const more = await run(program, [bill, autoid, 'R2', '88.88']);
      expect(more).toMatchObject({ code: 2, complaints: expect.stringContaining('40902') });
      expect(await tradesOf(bill)).toMatchObject([{ totalFen: 8888, refundedFen: 3333 }]);
    });

    ifHere('that is used wrongly does not say what became of a refund', async () => {
      expect([2, 3]).toContain((await run(program, [freshBill('D')])).code);
    });

    ifHere('says what is finally refused', async () => {
      const [bill, autoid] = await paidBill();
      const subCode = 'ACQ.TRADE_HAS_FINISHED';
      await service.sim.spoil({ method: 'refund', fault: 'refuse', subCode, count: 1 });
      const ended = await run(program, [bill, autoid, 'R1', '33.33']);
      expect(ended).toMatchObject({ code: 1, printed: expect.stringMatching(/^not returned: /) });
    });
  },
);

describe(CANCEL.file, () => {
  ifThere(CANCEL)(
    'gives all of a payment back, however often it is run, and is refused',
    async () => {
      const [bill, autoid] = await paidBill();
      const undone = { code: 0, printed: 'undone: REFUND\n' };
      expect(await run(CANCEL, [bill, autoid])).toMatchObject(undone);
      expect(await run(CANCEL, [bill, autoid])).toMatchObject(undone);
      expect(await tradesOf(bill)).toMatchObject([{ totalFen: 8888, refundedFen: 8888 }]);
      const refused = await run(CANCEL, [freshBill('D'), autoid]);
      expect(refused).toMatchObject({ code: 2, complaints: expect.stringContaining('40401') });
    },
  );

  describeLong('whose answers are spoiled', () => {
    ifThere(CANCEL)('goes on until it is told, by the very same call', async () => {
      const [bill, autoid] = await paidBill();
      await behind({ Cancel: SPOILED }, async (proxy) => {
        const ended = await run(CANCEL, [bill, autoid], proxy.url);
        expect(ended).toEqual({ code: 0, printed: 'undone: REFUND\n', complaints: '' });
        expect(proxy.arrivals).toHaveLength(SPOILED.length + 1);
        expect(new Set(proxy.arrivals.map(({ body }) => body)).size).toBe(1);
      });
      expect(await tradesOf(bill)).toMatchObject([{ totalFen: 8888, refundedFen: 8888 }]);
    });
  });
});
