import type { AlipaySettings } from '../config/alipay/alipay-settings';
import type { Clock, Randomness } from '../domain/ports/clock';
import { AlipayClient, type AlipayReply } from './call/alipay.client';
import { wordsOf } from './alipay.codes';

/** What a call that cannot move money tells of keys, app id and contract. */
export interface AlipayProbe {
  /** See `AlipayFailure`; `silent`: no answer that could be read. */
  readonly kind: 'verified' | 'unverified' | 'refused' | 'silent';
  /** Code and sub-code, or why there are none. Fit to print. */
  readonly words: string;
  readonly tookMs: number;
}

/** Queries a number nobody has: the whole way there and back is signed and verified. */
export async function probeAlipay(
  settings: AlipaySettings,
  clock: Clock,
  randomness: Randomness,
): Promise<AlipayProbe> {
  const client = new AlipayClient(settings, clock);
  try {
    const startedMs = clock.monotonicMs();
    const bizContent = { out_trade_no: `DOCTOR_${randomness.hex(12)}` };
    const reply = await client.call('alipay.trade.query', { bizContent });
    return { ...told(reply), tookMs: clock.monotonicMs() - startedMs };
  } finally {
    await client.close();
  }
}

function told(reply: AlipayReply): Pick<AlipayProbe, 'kind' | 'words'> {
  if (reply.kind === 'answer') return { kind: 'verified', words: wordsOf(reply.answer).text };
  const { cause: words, gatewayError, unverified } = reply;
  if (gatewayError) return { kind: 'refused', words };
  return { kind: unverified ? 'unverified' : 'silent', words };
}
