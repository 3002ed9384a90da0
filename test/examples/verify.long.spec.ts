import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { signedHeaders } from '../../src/callbacks/delivery/callback-signature';
import { webhookSecret } from '../support/far-side/callback-receiver';
import { tempFolder } from '../support/temp-folder';

jest.setTimeout(120_000);

const FOLDER = join(__dirname, '../../docs/examples');
const WORK = tempFolder();
const OLD = webhookSecret('a');
const NEW = webhookSecret('b');
const BODY =
  '{"type":"payment.paid","timestamp":"2026-11-22T04:00:00.000Z","data":{"billnum":"票1",' +
  '"autoid":"4711","billtype":"2","paystatus":"SUCCESS","paymentvalue":88.88,"seq":12}}';

interface Sample {
  readonly file: string;
  readonly needs: readonly string[];
  readonly command: readonly string[];
}

const SAMPLES: readonly Sample[] = [
  { file: 'verify.mjs', needs: ['node'], command: ['node', 'verify.mjs'] },
  { file: 'verify.py', needs: ['python3'], command: ['python3', 'verify.py'] },
  {
    file: 'Verify.java',
    needs: ['java'],
    command: ['java', '-XX:TieredStopAtLevel=1', '-Dfile.encoding=UTF-8', 'Verify.java'],
  },
  { file: 'Verify.cs', needs: ['mcs', 'mono'], command: ['mono', join(WORK.path, 'Verify.exe')] },
];

const isThere = ({ needs }: Sample) =>
  needs.every((each) => spawnSync(each, ['--version']).status === 0);

beforeAll(() => {
  if (!isThere(SAMPLES[3] as Sample)) return;
  const out = `-out:${join(WORK.path, 'Verify.exe')}`;
  const compiled = spawnSync('mcs', [out, join(FOLDER, 'Verify.cs')]);
  expect(compiled.stderr.toString()).toBe('');
});
afterAll(() => WORK.remove());

/** What one sample says of one callback. */
function verify(sample: Sample, headers: Record<string, string>, body = BODY): string {
  const [command = '', ...flags] = sample.command;
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
  const given = names.map((name) => headers[name] ?? '');
  const env = {
    ...process.env,
    CALLBACK_SECRET: OLD,
    CALLBACK_SEEN: join(WORK.path, `${sample.file}.seen`),
    LC_ALL: 'C.UTF-8',
  };
  const { status, stdout, stderr } = spawnSync(command, [...flags, ...given], {
    cwd: FOLDER,
    env,
    input: body,
  });
  return `${status} ${stdout.toString().trim()}${stderr.toString()}`;
}

const signed = (id: string, secrets = [OLD], nowMs = Date.now()) =>
  signedHeaders(secrets, id, BODY, nowMs);

describe.each(SAMPLES.map((sample) => [sample.file, sample] as const))('%s', (_file, sample) => {
  const ifThere = isThere(sample) ? it : it.skip;

  ifThere('takes what is genuine, once, also while the secret changes', () => {
    expect(verify(sample, signed('evt_1', [NEW, OLD]))).toBe('0 taken 票1 4711 SUCCESS 12');
    expect(verify(sample, signed('evt_1'))).toBe('3 known');
    expect(verify(sample, signed('evt_2'))).toBe('0 taken 票1 4711 SUCCESS 12');
  });

  ifThere('refuses another body, secret, id and time', () => {
    expect(verify(sample, signed('evt_3'), `${BODY} `)).toBe('1 refused');
    expect(verify(sample, signed('evt_3', [NEW]))).toBe('1 refused');
    expect(verify(sample, { ...signed('evt_3'), 'webhook-id': 'evt_4' })).toBe('1 refused');
    expect(verify(sample, signed('evt_3', [OLD], Date.now() - 301_000))).toBe('1 refused');
    expect(verify(sample, signed('evt_3', [OLD], Date.now() + 310_000))).toBe('1 refused');
    expect(verify(sample, { ...signed('evt_3'), 'webhook-timestamp': 'now' })).toBe('1 refused');
    expect(verify(sample, signed('evt_3'))).toBe('0 taken 票1 4711 SUCCESS 12');
  });
});
