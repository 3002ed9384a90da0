import { aCertificate, aRoot } from '../../../test/support/far-side/certificates';
import { certificateSn, rootSn } from '../../simulator/keys/certificates';
import { readAlipay } from './alipay-config';
import type { AlipaySettings } from './alipay-settings';
import { ConfigError } from '../reading/config-error';
import { type Env, EnvReader } from '../reading/env-reader';
import { rsaPair } from '../../../test/support/far-side/rsa-pairs';

const ours = rsaPair('ours');
const alipay = rsaPair('alipay');
const next = rsaPair('next');
const root = rsaPair('root');

const IN_FILES: Env = {
  ALIPAY_APP_ID: '2021000000000001',
  ALIPAY_PRIVATE_KEY_FILE: 'ours.pem',
  ALIPAY_APP_CERT_FILE: 'app.crt',
  ALIPAY_PUBLIC_CERT_FILE: 'alipay.crt',
  ALIPAY_ROOT_CERT_FILE: 'root.crt',
};

const files: Record<string, string> = {};

beforeAll(async () => {
  files['ours.pem'] = ours.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  files['app.crt'] = await aCertificate(ours.publicKey, root);
  files['alipay.crt'] = await aCertificate(alipay.publicKey, root);
  files['next.crt'] = await aCertificate(next.publicKey, root);
  files['root.crt'] = await aRoot(root);
});

const spki = (each: typeof ours) =>
  each.publicKey.export({ type: 'spki', format: 'pem' }).toString();

function read(env: Env): AlipaySettings {
  const reader = new EnvReader(env, (path) => {
    const text = files[path];
    if (text === undefined) throw new Error(`no file ${path}`);
    return text;
  });
  const config = readAlipay(reader, true, null);
  reader.finish();
  if (config.kind !== 'real') throw new Error('the simulator was chosen');
  return config.settings;
}

function problems(env: Env): readonly string[] {
  try {
    read(env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

it('is complete with a private key and three files', () => {
  const [app = '', theirs = '', roots = ''] = ['app.crt', 'alipay.crt', 'root.crt'].map(
    (name) => files[name],
  );
  expect(read(IN_FILES)).toMatchObject({
    alipayKeys: [{ publicKey: spki(alipay), certSn: certificateSn(theirs) }],
    serials: { app: certificateSn(app), root: rootSn(roots) },
    certificateDates: [
      { setting: 'ALIPAY_APP_CERT_FILE', owner: 'app' },
      { setting: 'ALIPAY_PUBLIC_CERT_FILE', owner: 'alipay' },
    ],
  });
});

it('takes the certificate Alipay changes to beside the one in force', () => {
  const { alipayKeys, certificateDates } = read({
    ...IN_FILES,
    ALIPAY_PUBLIC_CERT_NEXT_FILE: 'next.crt',
  });
  expect(alipayKeys.map(({ publicKey }) => publicKey)).toEqual([spki(alipay), spki(next)]);
  expect(alipayKeys[1]?.certSn).toBe(certificateSn(files['next.crt'] ?? ''));
  expect(certificateDates.map(({ setting }) => setting)).toContain('ALIPAY_PUBLIC_CERT_NEXT_FILE');
});

const part = 'is missing: the account at Alipay is set only in part';
const bundled = 'must not be set in certificate mode: the key is in the certificate';
it.each<[string, Env, string[]]>([
  [
    'one file of three',
    { ALIPAY_APP_CERT_FILE: '', ALIPAY_ROOT_CERT_FILE: '' },
    [`ALIPAY_APP_CERT_FILE: ${part}`, `ALIPAY_ROOT_CERT_FILE: ${part}`],
  ],
  [
    'the next certificate alone',
    { ALIPAY_PUBLIC_CERT_FILE: '', ALIPAY_PUBLIC_CERT_NEXT_FILE: 'next.crt' },
    [`ALIPAY_PUBLIC_CERT_FILE: ${part}`],
  ],
  ['a public key beside', { ALIPAY_PUBLIC_KEY: spki(alipay) }, [`ALIPAY_PUBLIC_KEY: ${bundled}`]],
  [
    'files that are not there',
    { ALIPAY_ROOT_CERT_FILE: 'x', ALIPAY_APP_CERT_FILE: 'y' },
    [
      'ALIPAY_APP_CERT_FILE: names a file that cannot be read',
      'ALIPAY_ROOT_CERT_FILE: names a file that cannot be read',
    ],
  ],
  [
    'keys in place of certificates',
    { ALIPAY_APP_CERT_FILE: 'ours.pem', ALIPAY_ROOT_CERT_FILE: 'ours.pem' },
    [
      'ALIPAY_APP_CERT_FILE: is not a PEM certificate',
      'ALIPAY_ROOT_CERT_FILE: is not a bundle of PEM certificates',
    ],
  ],
  [
    'the two certificates swapped',
    { ALIPAY_APP_CERT_FILE: 'alipay.crt', ALIPAY_PUBLIC_CERT_FILE: 'app.crt' },
    [
      'ALIPAY_APP_CERT_FILE: is not the certificate of our private key',
      "ALIPAY_PUBLIC_CERT_FILE: is our own certificate; Alipay's is needed",
    ],
  ],
  [
    "Alipay's certificate in place of the roots",
    { ALIPAY_ROOT_CERT_FILE: 'alipay.crt' },
    ['ALIPAY_ROOT_CERT_FILE: holds a certificate that is no root certificate'],
  ],
])('refuses %s', (_name, env, expected) => {
  expect(problems({ ...IN_FILES, ...env })).toEqual(expected);
});
