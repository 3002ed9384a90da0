import { bad, type Check, type Finding, good, skipped } from './finding';

/** What a harmless signed call came to: the query of a number that nobody has. */
export interface Probe {
  /**
   * `verified`: an answer with Alipay's signature; `unverified`: with another one, or none;
   * `refused`: the gateway refused before it knew for whom to sign; `silent`: no answer.
   */
  readonly kind: 'verified' | 'unverified' | 'refused' | 'silent';
  /** Code and sub-code, or why there are none. */
  readonly words: string;
  readonly tookMs: number;
}

const APP = 'app id at Alipay';
const OURS = 'our signature';
const THEIRS = "Alipay's signature";

/** What Alipay says when it is our side it cannot accept; the first that fits counts. */
const REFUSALS: readonly (readonly [word: RegExp, check: string, advice: string])[] = [
  [/invalid-app-id|missing-app-id/, APP, 'check ALIPAY_APP_ID, and that ALIPAY_GATEWAY is its own'],
  [
    /invalid-signature/,
    OURS,
    "the app has another public key at Alipay: upload ours, or set the app's private key",
  ],
  [/app-cert-expired/, OURS, 'renew the app certificate in the console of Alipay'],
  [/app-cert-sn/, OURS, "set the app's own certificate; the app must be in certificate mode"],
  [/root-cert-sn/, OURS, 'set the root certificates downloaded with the app certificate'],
  [
    /ACCESS_FORBIDDEN|insufficient/i,
    'contract with Alipay',
    'sign the contract for face-to-face payment for this app',
  ],
];

/** Proves both keys, the app id and the contract by one call that cannot move money. */
export function alipayCheck(probe: () => Promise<Probe>): Check {
  return async () => findingsOf(await probe());
}

function findingsOf({ kind, words, tookMs }: Probe): Finding[] {
  const said = `${words} (${Math.round(tookMs)} ms)`;
  if (kind === 'silent') {
    const advice = 'check ALIPAY_GATEWAY, DNS, firewall and proxy from this machine';
    return [bad('Alipay reachable', said, advice), skipped(APP, ''), skipped(OURS, '')];
  }
  return [...ourSide(kind, words, said), theirSide(kind, words)];
}

function ourSide(kind: Probe['kind'], words: string, said: string): Finding[] {
  if (words.includes('TRADE_NOT_EXIST')) {
    // The answer we want, but only with Alipay's signature is it one of Alipay's.
    if (kind !== 'verified') return [skipped(OURS, 'not proved: the answer is not verified')];
    return [good(APP, 'known'), good(OURS, `accepted: ${said}`)];
  }
  const refusal = REFUSALS.find(([word]) => word.test(words));
  if (!refusal) {
    return [bad(OURS, `not proved: ${said}`, 'run the doctor again; if it stays, ask Alipay')];
  }
  const [, check, advice] = refusal;
  const failed = bad(check, said, advice);
  if (check === APP) return [failed, skipped(OURS, 'the app must be known first')];
  return check === OURS ? [good(APP, 'known'), failed] : [failed];
}

function theirSide(kind: 'verified' | 'unverified' | 'refused', words: string): Finding {
  switch (kind) {
    case 'verified':
      return good(THEIRS, 'verified');
    case 'refused':
      return skipped(THEIRS, 'Alipay does not sign this refusal');
    case 'unverified':
      return bad(
        THEIRS,
        words,
        words.startsWith('certificate')
          ? "download Alipay's certificate in force, see Rotate keys"
          : 'set the public key of Alipay that the console shows for this app',
      );
  }
}
