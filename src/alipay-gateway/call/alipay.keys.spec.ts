import { sign, type KeyObject } from 'node:crypto';
import {
  body,
  formOf,
  honest,
  nodeText,
  PAID_NOTIFY,
  ScriptedAlipay,
  signNotify,
  spki,
} from '../../../test/support/far-side/scripted-alipay';
import type { AlipaySettings } from '../../config/alipay/alipay-settings';
import { systemClock } from '../../config/system-clock';
import { AlipayClient } from './alipay.client';
import { NotifyReader } from '../alipay.notify';
import { rsaPair } from '../../../test/support/far-side/rsa-pairs';

const FORM = 'application/x-www-form-urlencoded; text/html; charset=utf-8';
const NUMBER = 'P1_000123';
const WAITING = { code: '10000', out_trade_no: NUMBER, trade_status: 'WAIT_BUYER_PAY' };
const SERIALS = { app: 'a'.repeat(32), root: `${'b'.repeat(32)}_${'c'.repeat(32)}` };
const [SN, NEXT_SN, OTHER_SN] = ['1', '2', '3'].map((digit) => digit.repeat(32));

const next = rsaPair('next');
const stranger = rsaPair('stranger');

let far: ScriptedAlipay;
beforeAll(async () => {
  far = await ScriptedAlipay.start();
});
afterAll(() => far.close());

/** An answer signed with this key that names this certificate. */
function signedBy(key: KeyObject, certSn: string | null) {
  const text = nodeText(WAITING);
  const signature = sign('RSA-SHA256', Buffer.from(text), key).toString('base64');
  const cert = certSn === null ? '' : `"alipay_cert_sn":"${certSn}",`;
  return body((node) => `{"${node}":${text},${cert}"sign":"${signature}"}`);
}

async function query(settings: AlipaySettings) {
  const client = new AlipayClient(settings, systemClock);
  try {
    return await client.call('alipay.trade.query', { bizContent: { out_trade_no: NUMBER } });
  } finally {
    await client.close();
  }
}

/** Settings with these keys of Alipay; serial numbers make it certificate mode. */
function settings(...sns: (string | undefined | null)[]): AlipaySettings {
  const keys = [far.alipay.publicKey, next.publicKey].slice(0, sns.length);
  return far.settings({
    alipayKeys: keys.map((key, i) => ({ publicKey: spki(key), certSn: sns[i] ?? null })),
    serials: sns[0] === null ? null : SERIALS,
  });
}

const ANSWER = { kind: 'answer', answer: WAITING };
const wrong = 'signature wrong on 10000';
const foreign = 'certificate is not ours on 10000';
const doubt = (cause: string) => ({ kind: 'failure', unverified: true, sent: true, cause });

describe('while Alipay changes its key', () => {
  it('answers signed with either are believed, and no others', async () => {
    const both = settings(null, null);
    far.answer(
      signedBy(far.alipay.privateKey, null),
      signedBy(next.privateKey, null),
      signedBy(stranger.privateKey, null),
    );
    await expect(query(both)).resolves.toMatchObject(ANSWER);
    await expect(query(both)).resolves.toMatchObject(ANSWER);
    await expect(query(both)).resolves.toMatchObject(doubt(wrong));
  });

  it('is over when the old key is taken away', async () => {
    far.answer(signedBy(next.privateKey, null));
    await expect(query(settings(null))).resolves.toMatchObject(doubt(wrong));
  });

  it('notifies signed with either are believed, and no others', () => {
    const reader = new NotifyReader({ ...settings(null, null), appId: '2021', sellerId: '2088' });
    const kinds = [far.alipay, next, stranger].map(
      ({ privateKey }) => reader.read(formOf(signNotify(PAID_NOTIFY, privateKey)), FORM).kind,
    );
    expect(kinds).toEqual(['notify', 'notify', 'refused']);
  });
});

describe('in certificate mode', () => {
  it('every call carries the serial numbers, signed', async () => {
    far.answer(honest(WAITING));
    await query(settings(SN));
    expect(far.only()).toMatchObject({
      signed: true,
      params: { app_cert_sn: SERIALS.app, alipay_root_cert_sn: SERIALS.root },
    });
  });

  it('key mode carries none', async () => {
    far.answer(honest(WAITING));
    await query(settings(null));
    expect(Object.keys(far.only().params).filter((name) => /_sn$/.test(name))).toEqual([]);
  });

  it('an answer counts when it names the certificate whose key signed it', async () => {
    const both = settings(SN, NEXT_SN);
    far.answer(signedBy(far.alipay.privateKey, SN ?? ''), signedBy(next.privateKey, NEXT_SN ?? ''));
    await expect(query(both)).resolves.toMatchObject(ANSWER);
    await expect(query(both)).resolves.toMatchObject(ANSWER);
  });

  it.each([
    ["with another certificate's number", () => far.alipay.privateKey, OTHER_SN, foreign],
    ["with the other certificate's number", () => far.alipay.privateKey, NEXT_SN, wrong],
    ['with no number', () => far.alipay.privateKey, null, foreign],
    ["with our number and a stranger's key", () => stranger.privateKey, SN, wrong],
  ])('an answer signed %s is not believed', async (_name, key, certSn, cause) => {
    far.answer(signedBy(key(), certSn ?? null));
    await expect(query(settings(SN, NEXT_SN))).resolves.toMatchObject(doubt(cause));
  });

  it.each([
    ['names no certificate', {}, 'notify'],
    ['names ours', { alipay_cert_sn: SN ?? '' }, 'notify'],
    ['names another', { alipay_cert_sn: OTHER_SN ?? '' }, 'refused'],
    ['names the one of the other key', { alipay_cert_sn: NEXT_SN ?? '' }, 'refused'],
  ])('a notify that %s', (_name, more, kind) => {
    const reader = new NotifyReader({ ...settings(SN, NEXT_SN), appId: '2021', sellerId: '2088' });
    const pairs = signNotify(PAID_NOTIFY, far.alipay.privateKey);
    expect(reader.read(formOf([...pairs, ...Object.entries(more)]), FORM).kind).toBe(kind);
  });
});
