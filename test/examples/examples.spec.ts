import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pay, tcpClient } from '../../docs/examples/pay-messages';
import { messagePort, OVER_TCP } from '../support/message-client';
import { TestService } from '../support/service';
import { freshBill } from '../support/till';

jest.setTimeout(60_000);

const FOLDER = join(__dirname, '../../docs/examples');

/** Examples that run alone, if the machine has what they are written for. */
const PROGRAMS: readonly (readonly [file: string, program: string, flags: string[]])[] = [
  ['pay.sh', 'bash', []],
  ['pay.py', 'python3', []],
  // A program that ends at once gains nothing from what a JVM does for long runs.
  ['Pay.java', 'java', ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']],
];

function has(program: string): boolean {
  const needed = program === 'bash' ? ['bash', 'curl'] : [program];
  return needed.every((each) => spawnSync(each, ['--version']).status === 0);
}

describe('the examples', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await TestService.start(OVER_TCP);
  });
  afterAll(async () => {
    await service?.stop();
  });

  /** Runs one to its end; the guest pays, or walks away, as soon as the code is shown. */
  async function run(program: string, args: string[], guest: (code: string) => Promise<unknown>) {
    const env = { ...process.env, PAY_URL: service.url };
    const child = spawn(program, args, { cwd: FOLDER, env, stdio: ['ignore', 'pipe', 'pipe'] });
    let printed = '';
    const shown: Promise<unknown>[] = [];
    const listen = (chunk: Buffer): void => {
      printed += chunk.toString();
      const [, code] = /QR code: (\S+)\n/.exec(printed) ?? [];
      if (code && shown.length === 0) shown.push(guest(code));
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    await Promise.all(shown);
    return { code, printed };
  }

  async function scanAndPay(code: string): Promise<void> {
    await service.sim.scan(code);
    await service.sim.pay(code);
  }

  for (const [file, program, flags] of PROGRAMS) {
    const ifThere = has(program) ? it : it.skip;

    ifThere(`${file} takes a payment, knows it when it comes again, and is refused`, async () => {
      const args = [...flags, file, freshBill('E'), '88.88'];
      const paid = await run(program, args, scanAndPay);
      expect(paid.printed).toContain('paid: SUCCESS');
      expect(paid.code).toBe(0);
      const again = await run(program, args, () => Promise.resolve());
      expect(again).toEqual({ code: 0, printed: 'paid: SUCCESS\n' });
      const refused = await run(program, [...flags, file, freshBill('E'), '0'], () =>
        Promise.resolve(),
      );
      expect(refused.printed).toContain('40001');
      expect(refused.code).toBe(2);
    });
  }

  it('pay-messages.ts takes a payment', async () => {
    const client = tcpClient('127.0.0.1', messagePort(service));
    const shown: Promise<void>[] = [];
    const status = await pay(client, freshBill('E'), '5.10', (code) => {
      shown.push(scanAndPay(code));
    });
    expect(shown).toHaveLength(1);
    expect(status).toBe('SUCCESS');
    await client.close();
  });
});
