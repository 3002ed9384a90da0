import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  KeyObject,
  randomInt,
  randomUUID,
} from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const generatePair = promisify(generateKeyPair);

/** Who the merchant is at this simulator. */
export interface Account {
  /** Identity of the data folder; never changes. */
  readonly id: string;
  readonly appId: string;
  readonly sellerId: string;
  readonly merchantName: string;
}

/** The account with the keys that the simulator itself uses. */
export interface Identity {
  readonly account: Account;
  /** Checks what the merchant's application has signed. */
  readonly appPublicKey: KeyObject;
  /** Signs what Alipay says. */
  readonly alipayPrivateKey: KeyObject;
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
export async function loadIdentity(dataDir: string): Promise<Identity> {
  const files = dataFiles(dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  if (!existsSync(files.account)) await createIdentity(dataDir);
  return {
    account: JSON.parse(readFileSync(files.account, 'utf8')) as Account,
    appPublicKey: createPublicKey(readFileSync(files.appPublicKey)),
    alipayPrivateKey: createPrivateKey(readFileSync(files.alipayPrivateKey)),
  };
}

/** The identity of a data folder that has one; null when no simulator ever ran there. */
export function readAccount(dataDir: string): Account | null {
  const file = dataFiles(dataDir).account;
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Account) : null;
}

/** Writes the settings with which any Alipay client talks to the simulator at `url`. */
export function writeClientEnv(dataDir: string, account: Account, url: string): void {
  const files = dataFiles(dataDir);
  const lines = [
    '# Settings for any Alipay client. The private key is a PKCS1 PEM (keyType PKCS1);',
    '# app_private_key_pkcs8.pem beside it is the same key for clients that want PKCS8.',
    `ALIPAY_APP_ID=${account.appId}`,
    `ALIPAY_PRIVATE_KEY_FILE=${quoted(files.appPrivateKey)}`,
    `ALIPAY_PUBLIC_KEY_FILE=${quoted(files.alipayPublicKey)}`,
    `ALIPAY_GATEWAY=${url}/gateway.do`,
    `ALIPAY_SELLER_ID=${account.sellerId}`,
    '',
  ];
  writeWhole(files.clientEnv, lines.join('\n'));
}

/** Replaces a file in one step, readable by its owner only. */
export function writeWhole(file: string, text: string): void {
  const fresh = `${file}.${process.pid}.tmp`;
  writeFileSync(fresh, text, { mode: 0o600 });
  renameSync(fresh, file);
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
