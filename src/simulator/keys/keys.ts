import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  KeyObject,
  randomInt,
  randomUUID,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Certificates, loadCertificates } from './key-certificates';
import { writeWhole } from './write-whole';

const generatePair = promisify(generateKeyPair);

/** Who the merchant is at this simulator. */
export interface Account {
  /** Identity of the data folder; never changes. */
  readonly id: string;
  readonly appId: string;
  readonly sellerId: string;
  readonly merchantName: string;
}

/** How the application is known: by its bare key, or by its certificate. */
export type KeyMode = 'key' | 'cert';

/** The account with the keys that the simulator itself uses. */
export interface Identity {
  readonly account: Account;
  /** Checks what the merchant's application has signed. */
  readonly appPublicKey: KeyObject;
  /** Signs what Alipay says. */
  readonly alipayPrivateKey: KeyObject;
  /** Null: key mode. */
  readonly certificates: Certificates | null;
}

/** The files of a data folder, as absolute paths. */
export function dataFiles(dataDir: string) {
  return {
    account: join(dataDir, 'account.json'),
    /** PKCS1 PEM, as the Node SDK wants it. */
    appPrivateKey: join(dataDir, 'app_private_key.pem'),
    /** The same key as PKCS8 PEM, as the Java SDK wants it. */
    appPrivateKeyPkcs8: join(dataDir, 'app_private_key_pkcs8.pem'),
    appPublicKey: join(dataDir, 'app_public_key.pem'),
    alipayPrivateKey: join(dataDir, 'alipay_private_key.pem'),
    alipayPublicKey: join(dataDir, 'alipay_public_key.pem'),
    /** The three files of certificate mode, PEM. */
    appCert: join(dataDir, 'app_cert.crt'),
    alipayCert: join(dataDir, 'alipay_cert.crt'),
    rootCert: join(dataDir, 'alipay_root_cert.crt'),
    clientEnv: join(dataDir, 'client.env'),
    announcement: join(dataDir, 'simulator.json'),
    journal: join(dataDir, 'journal.jsonl'),
    log: join(dataDir, 'simulator.log'),
  };
}

/**
 * The identity of a data folder; at the first start it is made. The account is written last, so a
 * first start that was cut short begins anew. Throws when a key of an existing account is gone.
 */
export async function loadIdentity(dataDir: string, mode: KeyMode = 'key'): Promise<Identity> {
  const files = dataFiles(dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (!existsSync(files.account)) await createIdentity(dataDir);
  const account = JSON.parse(readFileSync(files.account, 'utf8')) as Account;
  const appPublicKey = createPublicKey(readFileSync(files.appPublicKey));
  const alipayPrivateKey = createPrivateKey(readFileSync(files.alipayPrivateKey));
  const certificates =
    mode === 'key'
      ? null
      : await loadCertificates(files, {
          appId: account.appId,
          appPublicKey,
          alipayPublicKey: createPublicKey(alipayPrivateKey),
        });
  return { account, appPublicKey, alipayPrivateKey, certificates };
}

/** The identity of a data folder that has one; null when no simulator ever ran there. */
export function readAccount(dataDir: string): Account | null {
  const file = dataFiles(dataDir).account;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Account) : null;
}

/** Writes the settings with which any Alipay client talks to the simulator at `url`. */
export function writeClientEnv(dataDir: string, identity: Identity, url: string): void {
  const files = dataFiles(dataDir);
  const { account, certificates } = identity;
  const theirs =
    certificates === null
      ? [`ALIPAY_PUBLIC_KEY_FILE=${quoted(files.alipayPublicKey)}`]
      : [
          `ALIPAY_APP_CERT_FILE=${quoted(files.appCert)}`,
          `ALIPAY_PUBLIC_CERT_FILE=${quoted(files.alipayCert)}`,
          `ALIPAY_ROOT_CERT_FILE=${quoted(files.rootCert)}`,
        ];
  const lines = [
    '# Settings for any Alipay client. The private key is a PKCS1 PEM (keyType PKCS1);',
    '# app_private_key_pkcs8.pem beside it is the same key for clients that want PKCS8.',
    `ALIPAY_APP_ID=${account.appId}`,
    `ALIPAY_PRIVATE_KEY_FILE=${quoted(files.appPrivateKey)}`,
    ...theirs,
    `ALIPAY_GATEWAY=${url}/gateway.do`,
    `ALIPAY_SELLER_ID=${account.sellerId}`,
    `ALIPAY_BILL_HOST=${new URL(url).host}`,
    '',
  ];
  writeWhole(files.clientEnv, lines.join('\n'));
}

async function createIdentity(dataDir: string): Promise<void> {
  const files = dataFiles(dataDir);
  const [app, alipay] = await Promise.all([
    generatePair('rsa', { modulusLength: 2048 }),
    generatePair('rsa', { modulusLength: 2048 }),
  ]);
  writeWhole(files.appPrivateKey, pem(app.privateKey, 'pkcs1'));
  writeWhole(files.appPrivateKeyPkcs8, pem(app.privateKey, 'pkcs8'));
  writeWhole(files.appPublicKey, pem(app.publicKey, 'spki'));
  writeWhole(files.alipayPrivateKey, pem(alipay.privateKey, 'pkcs8'));
  writeWhole(files.alipayPublicKey, pem(alipay.publicKey, 'spki'));
  const account: Account = {
    id: randomUUID(),
    appId: `2021${digits(12)}`,
    sellerId: `2088${digits(12)}`,
    merchantName: '山水旅游集团(模拟商户)',
  };
  writeWhole(files.account, `${JSON.stringify(account, null, 2)}\n`);
}

/** That many random decimal digits. */
export function digits(count: number): string {
  return Array.from({ length: count }, () => String(randomInt(10))).join('');
}

function pem(key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'spki'): string {
  const options = { type, format: 'pem' } as { type: 'pkcs8'; format: 'pem' };
  return key.export(options).toString();
}

function quoted(path: string): string {
  return /^[\w./:@+-]+$/.test(path) ? path : `"${path}"`;
}
