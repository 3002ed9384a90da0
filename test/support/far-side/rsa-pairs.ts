import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWhole } from '../../../src/simulator/keys/write-whole';

/** Making an RSA key is dear, so what one test makes the others use; git leaves the folder out. */
export const KEYS_FOLDER = join(__dirname, '../../build/test-keys');

/** A pair of RSA keys, 2048 bits. */
export interface RsaPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** The pair of that name: another name, another pair. */
export function rsaPair(name: string): RsaPair {
  const file = join(KEYS_FOLDER, `${name}.pem`);
  if (existsSync(file)) {
    const pem = readFileSync(file);
    return { publicKey: createPublicKey(pem), privateKey: createPrivateKey(pem) };
  }
  const made = generateKeyPairSync('rsa', { modulusLength: 2048 });
  mkdirSync(KEYS_FOLDER, { recursive: true, mode: 0o700 });
  writeWhole(file, String(made.privateKey.export({ type: 'pkcs8', format: 'pem' })));
  return made;
}
