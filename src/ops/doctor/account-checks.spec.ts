import type { KeyObject } from 'node:crypto';
import type { AlipaySettings, CertificateDates } from '../../config/alipay/alipay-settings';
import { accountFindings, failuresOf } from './account-checks';
import { rsaPair } from '../../../test/support/far-side/rsa-pairs';

const NOW = Date.UTC(2026, 10, 22);
const DAY_MS = 86_400_000;
const pem = (key: KeyObject, type: 'pkcs1' | 'spki') =>
  key.export({ type, format: 'pem' }).toString();
const ours = rsaPair('ours');
const alipay = rsaPair('alipay');
if (!ours || !alipay) throw new Error('no keys');

const SETTINGS: AlipaySettings = {
  appId: '2021',
  privateKey: pem(ours.privateKey, 'pkcs1'),
  alipayKeys: [{ publicKey: pem(alipay.publicKey, 'spki'), certSn: 'ab' }],
  serials: { app: 'a', root: 'b' },
  certificateDates: [],
  gateway: '',
  sellerId: null,
  productCode: '',
  timeoutMs: 1,
  billHost: 'dwbillcenter.alipay.com',
  notifyUrl: null,
};

/** A certificate that holds from and until so many days from now. */
function dates(owner: 'app' | 'alipay', from: number, until: number): CertificateDates {
  const setting = `${owner} ${until}`;
  const [notBeforeMs, notAfterMs] = [NOW + from * DAY_MS, NOW + until * DAY_MS];
  return { setting, owner, notBeforeMs, notAfterMs };
}

function verdicts(...certificateDates: CertificateDates[]): string[] {
  const findings = accountFindings({ ...SETTINGS, certificateDates }, NOW);
  return findings.slice(2).map(({ verdict, found }) => `${verdict} ${found}`);
}

it('finds both keys good', () => {
  const findings = accountFindings(SETTINGS, NOW);
  expect(findings.map(({ verdict }) => verdict)).toEqual(['ok', 'ok']);
  expect(failuresOf(findings)).toEqual([]);
});

it('finds our own key in place of a key of Alipay', () => {
  const own = { publicKey: pem(ours.publicKey, 'spki'), certSn: null };
  const findings = accountFindings({ ...SETTINGS, alipayKeys: [own] }, NOW);
  expect(failuresOf(findings)).toEqual([
    "Alipay's key: is our own public key; copy Alipay's public key, not the app's",
  ]);
});

it.each<[string, CertificateDates[], string[]]>([
  ['good', [dates('app', -1, 31)], ['ok holds until 2026-12-23']],
  ['ending soon', [dates('app', -1, 29)], ['warn holds until 2026-12-21']],
  ['at its last moment', [dates('app', -1, 0)], ['warn holds until 2026-11-22']],
  ['over', [dates('app', -9, -1)], ['fail expired on 2026-11-21']],
  ['not begun', [dates('app', 2, 99)], ['fail not before 2026-11-24']],
  [
    'replaced',
    [dates('alipay', -9, -1), dates('alipay', -1, 99)],
    ['warn expired on 2026-11-21', 'ok holds until 2027-03-01'],
  ],
  [
    'over, and only one of another owner holds',
    [dates('alipay', -9, -1), dates('app', -1, 99)],
    ['fail expired on 2026-11-21', 'ok holds until 2027-03-01'],
  ],
])('tells of a certificate that is %s', (_name, all, expected) => {
  expect(verdicts(...all)).toEqual(expected);
});
