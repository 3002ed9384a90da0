import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { isSignedBy, readKeys } from './alipay.signature';
import { rsaPair } from '../../../test/support/far-side/rsa-pairs';

const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const pkcs8 = (key: KeyObject) => key.export({ type: 'pkcs8', format: 'pem' }).toString();

const ours = rsaPair('ours');
const alipay = rsaPair('alipay');
const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
const pss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 });
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });

const PRIVATE = pkcs8(ours.privateKey);
const PUBLIC = spki(alipay.publicKey);

const bare = (publicKey: string) => ({ publicKey, certSn: null });

it('parses both keys once, so that nobody parses them again', () => {
  const keys = readKeys(PRIVATE, [bare(PUBLIC)]);
  expect(keys.privateKey.equals(ours.privateKey)).toBe(true);
  expect(keys.alipay[0].key.equals(alipay.publicKey)).toBe(true);
});

it('takes a PKCS#1 key as well', () => {
  const pkcs1 = ours.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
  expect(readKeys(pkcs1, [bare(PUBLIC)]).privateKey.equals(ours.privateKey)).toBe(true);
});

it.each([
  ['no public key', PRIVATE, '', /public key of Alipay is missing/],
  ['no private key', '', PUBLIC, /our private key is missing/],
  ['an unreadable key', '-----BEGIN PRIVATE KEY-----\nSECRET\n', PUBLIC, /private key is missing/],
  ['an unreadable public key', PRIVATE, 'SECRET', /public key of Alipay is missing/],
  ['a public key as private key', PUBLIC, PUBLIC, /our private key is missing/],
  ['a short private key', pkcs8(short.privateKey), PUBLIC, /at least 2048 bits/],
  ['a short public key', PRIVATE, spki(short.publicKey), /at least 2048 bits/],
  ['a key that is not RSA', pkcs8(curve.privateKey), PUBLIC, /not an RSA key/],
  ['a key of another RSA scheme', pkcs8(pss.privateKey), PUBLIC, /not an RSA key/],
  ['our own public key as that of Alipay', PRIVATE, spki(ours.publicKey), /own private key/],
])('refuses %s and tells nothing of a key', (_name, privatePem, publicPem, reason) => {
  const read = () => readKeys(privatePem, [bare(publicPem)]);
  expect(read).toThrow(reason);
  expect(read).not.toThrow(/SECRET|BEGIN|MII/);
});

describe('a signature of Alipay', () => {
  const TEXT = 'subject=门票 100%+&total_amount=5.10';
  const made = (digest: string, key = alipay.privateKey) =>
    sign(digest, Buffer.from(TEXT), key).toString('base64');
  const right = made('RSA-SHA256');

  it('is right for its text and its key', () => {
    expect(isSignedBy(alipay.publicKey, TEXT, right)).toBe(true);
  });

  it.each([
    ['of another text', `${TEXT} `, right],
    ['of another key', TEXT, made('RSA-SHA256', ours.privateKey)],
    ['by SHA-1', TEXT, made('RSA-SHA1')],
    ['by SHA-512', TEXT, made('RSA-SHA512')],
    ['missing', TEXT, ''],
    ['of a text that is no base64', TEXT, '%%%'],
    ['with a blank for its plus', TEXT, right.replaceAll(/[+/]/g, ' ')],
    ['with a line end', TEXT, `${right}\n`],
    ['in the alphabet of URLs', TEXT, `${right.replace(/[+/]/g, '-').replaceAll('=', '')}`],
    ['without its padding', TEXT, right.replaceAll('=', '')],
    ['cut short', TEXT, right.slice(4)],
    ['made longer', TEXT, `AAAA${right}`],
  ])('is wrong %s', (_name, text, signature) => {
    expect(isSignedBy(alipay.publicKey, text, signature)).toBe(false);
  });
});
