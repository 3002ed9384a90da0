import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { isPair, readPrivateKey, readPublicKey } from './rsa-key';
import { rsaPair } from '../../../test/support/far-side/rsa-pairs';

const ours = rsaPair('ours');
const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
const curve = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });

function pem(key: KeyObject, type: 'pkcs1' | 'pkcs8' | 'spki'): string {
  return key.export({ type, format: 'pem' }).toString();
}

function bare(text: string): string {
  return text.replace(/-----.+-----/g, '').replace(/\s/g, '');
}

const pkcs1 = pem(ours.privateKey, 'pkcs1');
const pkcs8 = pem(ours.privateKey, 'pkcs8');
const spki = pem(ours.publicKey, 'spki');
const publicPkcs1 = pem(ours.publicKey, 'pkcs1');

describe('readPrivateKey', () => {
  it.each([
    ['PKCS#1 PEM', pkcs1],
    ['PKCS#8 PEM', pkcs8],
    ['PEM with escaped line ends', pkcs8.replaceAll('\n', '\\n')],
    ['PEM with Windows line ends', pkcs1.replaceAll('\n', '\r\n')],
    ['PEM whose line ends became blanks', pkcs8.replaceAll('\n', ' ')],
    ['bare PKCS#1 base64', bare(pkcs1)],
    ['bare PKCS#8 base64', bare(pkcs8)],
  ])('reads %s and hands on PKCS#1', (_name, text) => {
    expect(readPrivateKey(text)).toMatchObject({ ok: true, pem: pkcs1 });
  });

  const notPrivate = { ok: false, fault: 'is not an RSA private key without passphrase' };
  const passphrase = { cipher: 'aes-256-cbc', passphrase: 'x', format: 'pem' } as const;
  it.each([
    ['any text', 'hello', notPrivate],
    ['base64 of no key', Buffer.from('hello').toString('base64'), notPrivate],
    ['a public key', spki, notPrivate],
    ['a bare public key', bare(spki), notPrivate],
    ['a cut key', pkcs1.slice(0, 400), notPrivate],
    [
      'PKCS#8 with passphrase',
      ours.privateKey.export({ type: 'pkcs8', ...passphrase }),
      notPrivate,
    ],
    [
      'PKCS#1 with passphrase',
      ours.privateKey.export({ type: 'pkcs1', ...passphrase }),
      notPrivate,
    ],
    [
      'a short key',
      pem(short.privateKey, 'pkcs1'),
      { ok: false, fault: 'must have 2048 bits or more' },
    ],
    [
      'another kind of key',
      pem(curve.privateKey, 'pkcs8'),
      { ok: false, fault: 'is not an RSA key' },
    ],
  ])('refuses %s', (_name, text, outcome) => {
    expect(readPrivateKey(text.toString())).toEqual(outcome);
  });
});

describe('readPublicKey', () => {
  it.each([
    ['SPKI PEM', spki],
    ['PKCS#1 PEM', publicPkcs1],
    ['PEM with escaped line ends', spki.replaceAll('\n', '\\n')],
    ['bare SPKI base64', bare(spki)],
    ['bare PKCS#1 base64', bare(publicPkcs1)],
  ])('reads %s and hands on SPKI', (_name, text) => {
    expect(readPublicKey(text)).toMatchObject({ ok: true, pem: spki });
  });

  it.each([
    ['any text', 'hello'],
    ['a private key', pkcs1],
    ['a bare private key', bare(pkcs1)],
    ['a bare PKCS#8 private key', bare(pkcs8)],
    ['a certificate', spki.replaceAll('PUBLIC KEY', 'CERTIFICATE')],
  ])('refuses %s', (_name, text) => {
    expect(readPublicKey(text)).toEqual({ ok: false, fault: 'is not an RSA public key' });
  });
});

it('knows the two halves of one key', () => {
  const other = rsaPair('stranger');
  expect(isPair(ours.privateKey, ours.publicKey)).toBe(true);
  expect(isPair(ours.privateKey, other.publicKey)).toBe(false);
});
