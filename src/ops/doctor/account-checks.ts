import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { AlipaySettings, CertificateDates } from '../../config/alipay/alipay-settings';
import { bad, doubtful, type Finding, good } from './finding';

const DAY_MS = 86_400_000;
/** A certificate that ends sooner than this is worth a word. */
const SOON_MS = 30 * DAY_MS;

/**
 * What can be told of the account without asking anybody. Runs at every start of the service too:
 * one that fails must not take money.
 */
export function accountFindings(settings: AlipaySettings, nowMs: number): Finding[] {
  return [keyFinding(settings), ...alipaysKeys(settings), ...dateFindings(settings, nowMs)];
}

/** The lines of the findings that failed, for a start that is refused. */
export function failuresOf(findings: readonly Finding[]): string[] {
  return findings
    .filter(({ verdict }) => verdict === 'fail')
    .map(({ check, found, advice }) => `${check}: ${found}; ${advice}`);
}

function keyFinding({ privateKey }: AlipaySettings): Finding {
  const key = createPrivateKey(privateKey);
  const probe = Buffer.from('doctor');
  const works = verify('RSA-SHA256', probe, createPublicKey(key), sign('RSA-SHA256', probe, key));
  const check = 'our private key';
  return works
    ? good(check, `${bitsOf(key)}, signs and verifies`)
    : bad(check, 'fails its test signature', 'make a new pair with the key tool of Alipay');
}

function alipaysKeys({ alipayKeys, privateKey }: AlipaySettings): Finding[] {
  const ours = createPublicKey(createPrivateKey(privateKey));
  return alipayKeys.map(({ publicKey, certSn }, i) => {
    const check = i === 0 ? "Alipay's key" : "Alipay's next key";
    const key = createPublicKey(publicKey);
    if (key.equals(ours)) {
      return bad(check, 'is our own public key', "copy Alipay's public key, not the app's");
    }
    const source = certSn === null ? '' : `, certificate ${certSn}`;
    return good(check, `${bitsOf(key)}, not our own${source}`);
  });
}

function dateFindings(settings: AlipaySettings, nowMs: number): Finding[] {
  const { certificateDates: all } = settings;
  return all.map((dates) => {
    const others = all.filter((each) => each !== dates && each.owner === dates.owner);
    return dateFinding(
      dates,
      nowMs,
      others.some((each) => holds(each, nowMs)),
    );
  });
}

/** `replaced`: another certificate of the same owner holds now. */
function dateFinding(dates: CertificateDates, nowMs: number, replaced: boolean): Finding {
  const { setting, notBeforeMs, notAfterMs } = dates;
  const until = `holds until ${dayOf(notAfterMs)}`;
  const renew = 'renew it in the console of Alipay and set the new file';
  if (!holds(dates, nowMs)) {
    const found =
      nowMs > notAfterMs ? `expired on ${dayOf(notAfterMs)}` : `not before ${dayOf(notBeforeMs)}`;
    return replaced ? doubtful(setting, found, 'take it away') : bad(setting, found, renew);
  }
  return notAfterMs - nowMs < SOON_MS ? doubtful(setting, until, renew) : good(setting, until);
}

function holds({ notBeforeMs, notAfterMs }: CertificateDates, nowMs: number): boolean {
  return notBeforeMs <= nowMs && nowMs <= notAfterMs;
}

function bitsOf(key: KeyObject): string {
  return `RSA ${key.asymmetricKeyDetails?.modulusLength ?? 0} bits`;
}

function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
