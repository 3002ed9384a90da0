import { generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { certificateSn, issueCertificate, rootSn } from '../../simulator/keys/certificates';
import { certifies, readCertificate, readRootCertificates } from './certificate';
import { rsaPair } from '../../../test/support/far-side/rsa-pairs';

interface SdkHelpers {
  getSN(pem: string, isRoot?: boolean): string;
}

/** What Alipay's own SDK makes of certificates; not exported, so taken by its file. */
const sdk = createRequire(__filename)(
  join(dirname(require.resolve('alipay-sdk')), 'antcertutil.js'),
) as SdkHelpers;

const ours = rsaPair('ours');
const root = rsaPair('root');
const short = generateKeyPairSync('rsa', { modulusLength: 1024 });
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const FROM = Date.UTC(2026, 0, 1);
const UNTIL = Date.UTC(2031, 0, 1);

const ANT = 'C=CN, O=Ant Financial, OU=Certification Authority, CN=Ant Financial CA Class 2 R1';

const SUBJECT = 'C=CN, O=App, CN=2021000000000001';

function issue(issuer: string, publicKey: KeyObject = ours.publicKey, issuerKey = root.privateKey) {
  const order = { issuer, publicKey, issuerKey, subject: SUBJECT };
  return issueCertificate({ ...order, notBeforeMs: FROM, notAfterMs: UNTIL });
}

function rootOf(name: string, pair: { publicKey: KeyObject; privateKey: KeyObject }) {
  return issueCertificate({
    subject: name,
    issuer: name,
    publicKey: pair.publicKey,
    issuerKey: pair.privateKey,
    notBeforeMs: FROM,
    notAfterMs: UNTIL,
    root: true,
  });
}

/** A root certificate of a kind that Alipay's bundle holds too and Node knows no key of. */
const SM2_ROOT = `-----BEGIN CERTIFICATE-----
MIIBsTCCAVegAwIBAgIUdbbbzUXaRbp2Acu7o03PWyfyVwYwCgYIKoEcz1UBg3Uw
LjELMAkGA1UEBhMCQ04xDjAMBgNVBAoMBU5SQ0FDMQ8wDQYDVQQDDAZST09UQ0Ew
HhcNMjYxMTMwMDczMzI3WhcNNDYxMTI1MDczMzI3WjAuMQswCQYDVQQGEwJDTjEO
MAwGA1UECgwFTlJDQUMxDzANBgNVBAMMBlJPT1RDQTBZMBMGByqGSM49AgEGCCqB
HM9VAYItA0IABGPR8TVVlVmEjKRI99WfwwS5Zv6jnPonWdAq1ivgFws97B7jEFOK
0mQHgD1IPaMEB8iuCvX779VFxIJLYpYc3HajUzBRMB0GA1UdDgQWBBSI4ayMZ1l4
rC5kOTUh/9pL65CU/DAfBgNVHSMEGDAWgBSI4ayMZ1l4rC5kOTUh/9pL65CU/DAP
BgNVHRMBAf8EBTADAQH/MAoGCCqBHM9VAYN1A0gAMEUCIQDjo06YprBOjlup6K25
gCFNvwvuZTIs9PNX2ZRg52DxBAIgRW6rNlo+KMjjOFbyQ4QBXk1xCP0bmYBTJCok
+1fEx58=
-----END CERTIFICATE-----
`;

describe('the serial number of a certificate', () => {
  it.each([
    ['as Alipay names its own', ANT],
    ['with one word', 'CN=x'],
    ['with place and province', 'C=CN, ST=Zhejiang, L=Hangzhou, O=A, OU=B, CN=C'],
    ['in Chinese', 'C=CN, O=蚂蚁集团, CN=根证书'],
    ['with several units', 'C=CN, O=A, OU=one, OU=two, CN=C'],
  ])("is what Alipay's SDK makes of an issuer %s", async (_name, issuer) => {
    for (let i = 0; i < 5; i += 1) {
      const pem = await issue(issuer);
      const reading = readCertificate(pem);
      expect(reading).toMatchObject({ ok: true, certificate: { sn: sdk.getSN(pem) } });
      expect(certificateSn(pem)).toBe(sdk.getSN(pem));
    }
  });

  it('of a bundle counts the roots that are signed with RSA, in their order', async () => {
    const one = await rootOf(ANT, root);
    const none = await rootOf('C=CN, O=Ant Financial, CN=E1', curve);
    const two = await rootOf('C=CN, O=iTrusChina, CN=iTrusChina Class 2 Root CA - G3', root);
    const bundle = one + none + SM2_ROOT + two;
    expect(readRootCertificates(bundle)).toEqual({ ok: true, sn: sdk.getSN(bundle, true) });
    expect(sdk.getSN(bundle, true)).toBe(`${sdk.getSN(one)}_${sdk.getSN(two)}`);
    expect(rootSn(bundle)).toBe(sdk.getSN(bundle, true));
  });
});

describe('a certificate', () => {
  it('tells its dates and its key', async () => {
    const reading = readCertificate(await issue(ANT));
    if (!reading.ok) throw new Error(reading.fault);
    const { certificate } = reading;
    expect([certificate.notBeforeMs, certificate.notAfterMs]).toEqual([FROM, UNTIL]);
    expect(certifies(certificate, ours.privateKey)).toBe(true);
    expect(certifies(certificate, root.privateKey)).toBe(false);
  });

  it('is the first of its file, whatever stands around it', async () => {
    const [first, issuer] = [await issue(ANT), await rootOf(ANT, root)];
    const file = `Bag Attributes\r\n${first}${issuer}`.replaceAll('\n', '\r\n');
    expect(readCertificate(file)).toMatchObject({ certificate: { sn: certificateSn(first) } });
  });

  it('is refused when it is none, or not of an RSA key that counts', async () => {
    const none = { ok: false, fault: 'is not a PEM certificate' };
    const weak = { ok: false, fault: 'must certify an RSA key of 2048 bits or more' };
    const good = await issue(ANT);
    expect(readCertificate('SECRET')).toEqual(none);
    expect(readCertificate(good.replaceAll('CERTIFICATE', 'PUBLIC KEY'))).toEqual(none);
    expect(readCertificate(good.replace(/\n[^\n]{60,}\n/, '\n'))).toEqual(none);
    expect(readCertificate(await issue(ANT, curve.publicKey))).toEqual(weak);
    expect(readCertificate(await issue(ANT, short.publicKey))).toEqual(weak);
  });

  it.each([
    ['a word that is not known', 'C=CN, DC=example, CN=x', 'C=CN\nDC=example\nCN=x'],
    ['a word without a name', 'C=CN, 1.2.3.4=x', 'C=CN\n1.2.3.4=x'],
    ['a sign that Node escapes', 'C=CN, O=A\\, B', 'C=CN\nO=A\\, B'],
    ['a backslash', 'C=CN, O=A\\\\B', 'C=CN\nO=A\\\\B'],
    ['a line break', 'C=CN, O=A\\0AOU=B', 'C=CN\nO=A\\0AOU=B'],
    ['a blank at its end', 'C=CN, O=A\\ ', 'C=CN\nO=A\\ '],
    ['two words in one', 'C=CN, O=A+OU=B', 'C=CN\nO=A + OU=B'],
  ])('is refused with an issuer of %s', async (_name, issuer, asNodeWritesIt) => {
    const pem = await issue(issuer);
    expect(new X509Certificate(pem).issuer).toBe(asNodeWritesIt);
    expect(readCertificate(pem)).toEqual({ ok: false, fault: 'is not a PEM certificate' });
  });
});

it('refuses a bundle of roots that is none', async () => {
  const [leaf, curved] = [await issue(ANT), await rootOf('CN=E1', curve)];
  const byAnother = await issue(SUBJECT);
  const [good, curvedLeaf] = [await rootOf(ANT, root), await issue(ANT, curve.publicKey)];
  expect(readRootCertificates('')).toMatchObject({ fault: 'is not a bundle of PEM certificates' });
  for (const stray of [leaf, byAnother, good + leaf, good + curvedLeaf]) {
    expect(readRootCertificates(stray)).toMatchObject({
      fault: 'holds a certificate that is no root certificate',
    });
  }
  expect(readRootCertificates(curved)).toMatchObject({
    fault: 'holds no root certificate with an RSA signature',
  });
});
