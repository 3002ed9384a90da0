import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { freshFolder, startTestSimulator } from '../simulator/support';
import { SimControl } from '../support/far-side/sim-control';
import { TestService } from '../support/process/service';
import { anAsk, getCode, query, saying } from '../support/process/till';
import { rsaPair } from '../support/far-side/rsa-pairs';

jest.setTimeout(60_000);

const data = freshFolder();
const at = (name: string) => join(data.path, name);

let alipay: Awaited<ReturnType<typeof startTestSimulator>>;
let informed: TestService;
let uninformed: TestService;

beforeAll(async () => {
  alipay = await startTestSimulator({ dataDir: data.path });
  copyFileSync(at('alipay_public_key.pem'), at('old.pem'));
  const next = rsaPair('next');
  writeFileSync(at('new.pem'), next.publicKey.export({ type: 'spki', format: 'pem' }));
  writeFileSync(at('new_private.pem'), next.privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const env = {
    ...parseEnv(readFileSync(at('client.env'), 'utf8')),
    ALIPAY_PUBLIC_KEY_FILE: at('old.pem'),
  };
  informed = await TestService.start({ ...env, ALIPAY_PUBLIC_KEY_NEXT_FILE: at('new.pem') });
  uninformed = await TestService.start(env);
});
afterAll(async () => {
  await informed.stop();
  await uninformed.stop();
  await alipay.stop();
  data.remove();
});

/** Alipay signs with its new key from now on; everything else of it is as before. */
async function changeKey(): Promise<void> {
  const { port } = alipay.simulator;
  await alipay.stop();
  copyFileSync(at('new_private.pem'), at('alipay_private_key.pem'));
  copyFileSync(at('new.pem'), at('alipay_public_key.pem'));
  alipay = await startTestSimulator({ dataDir: data.path, port });
}

async function notified(service: TestService, outTradeNo: string): Promise<string> {
  const sim = new SimControl(alipay.simulator.url);
  const url = `${service.url}/api/3Pay/AliPay/Notify`;
  return (await sim.notify(outTradeNo, { url })).reception.body;
}

it('who knows the next key of Alipay does not notice that it is changed', async () => {
  const [known, unknown] = [
    await getCode(informed, anAsk('2')),
    await getCode(uninformed, anAsk('2')),
  ];
  await changeKey();
  const sim = new SimControl(alipay.simulator.url);
  const numbers: string[] = [];
  for (const { codeurl } of [known, unknown]) {
    await sim.scan(codeurl);
    numbers.push((await sim.pay(codeurl)).outTradeNo);
  }
  expect(saying(await query(informed, known))).toBe('0 SUCCESS 3');
  expect(await notified(informed, numbers[0] ?? '')).toBe('success');
  // Without it: nothing is believed, nothing is told wrongly.
  expect((await query(uninformed, unknown)).errcode).toBe(1);
  expect(await notified(uninformed, numbers[1] ?? '')).toBe('fail');
  expect(uninformed.log).toContain('unverified answer: signature wrong');

  // Found out, and told of the new key: the payment made meanwhile is there.
  await uninformed.kill('SIGTERM');
  await uninformed.restart({ ALIPAY_PUBLIC_KEY_NEXT_FILE: at('new.pem') });
  expect(saying(await query(uninformed, unknown))).toBe('0 SUCCESS 3');
});
