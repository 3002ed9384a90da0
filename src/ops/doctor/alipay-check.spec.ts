import { alipayCheck, type Probe } from './alipay-check';

const NOT_EXIST = '40004 ACQ.TRADE_NOT_EXIST';

async function verdicts(kind: Probe['kind'], words: string): Promise<Record<string, string>> {
  const findings = await alipayCheck(() => Promise.resolve({ kind, words, tookMs: 9.6 }))();
  return Object.fromEntries(findings.map(({ check, verdict }) => [check, verdict]));
}

const APP = 'app id at Alipay';
const OURS = 'our signature';
const THEIRS = "Alipay's signature";

it.each<[Probe['kind'], string, Record<string, string>]>([
  ['verified', NOT_EXIST, { [APP]: 'ok', [OURS]: 'ok', [THEIRS]: 'ok' }],
  ['verified', '40002 isv.invalid-signature', { [APP]: 'ok', [OURS]: 'fail', [THEIRS]: 'ok' }],
  ['verified', '40002 isv.app-cert-expired', { [APP]: 'ok', [OURS]: 'fail', [THEIRS]: 'ok' }],
  ['verified', '40001 isv.missing-app-cert-sn', { [APP]: 'ok', [OURS]: 'fail', [THEIRS]: 'ok' }],
  [
    'verified',
    '40002 isv.invalid-alipay-root-cert-sn',
    { [APP]: 'ok', [OURS]: 'fail', [THEIRS]: 'ok' },
  ],
  [
    'verified',
    '40006 isv.insufficient-isv-permissions',
    { 'contract with Alipay': 'fail', [THEIRS]: 'ok' },
  ],
  ['verified', '20000 aop.unknow-error', { [OURS]: 'fail', [THEIRS]: 'ok' }],
  ['verified', '10000', { [OURS]: 'fail', [THEIRS]: 'ok' }],
  ['unverified', `signature wrong on ${NOT_EXIST}`, { [OURS]: 'skip', [THEIRS]: 'fail' }],
  [
    'unverified',
    'signature wrong on 40002 isv.invalid-signature',
    { [APP]: 'ok', [OURS]: 'fail', [THEIRS]: 'fail' },
  ],
  ['unverified', `certificate is not ours on ${NOT_EXIST}`, { [OURS]: 'skip', [THEIRS]: 'fail' }],
  [
    'refused',
    'unverifiable gateway error 40002 isv.invalid-app-id',
    { [APP]: 'fail', [OURS]: 'skip', [THEIRS]: 'skip' },
  ],
  [
    'silent',
    'not sent: ECONNREFUSED',
    { 'Alipay reachable': 'fail', [APP]: 'skip', [OURS]: 'skip' },
  ],
])('judges a %s answer, %s', async (kind, words, expected) => {
  expect(await verdicts(kind, words)).toEqual(expected);
});
