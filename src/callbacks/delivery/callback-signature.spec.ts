import { Webhook } from 'standardwebhooks';
import { webhookSecret } from '../../../test/support/far-side/callback-receiver';
import { signedHeaders } from './callback-signature';

const OLD = webhookSecret('a');
const NEW = webhookSecret('b');
const BODY = '{"type":"payment.paid","data":{"billnum":"票 1"}}';

describe('the signature of a callback', () => {
  it('is that of the standard', () => {
    const headers = signedHeaders(['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'], 'msg_1', 'x', 999);
    expect(headers).toEqual({
      'webhook-id': 'msg_1',
      'webhook-timestamp': '0',
      // Reckoned by Python's hmac from `msg_1.0.x`.
      'webhook-signature': 'v1,rwgCKEmkX86W8vLFQNlwANURc1RAB3vpI5UBGkZcXy0=',
    });
  });

  it('holds for the library, with either secret while it changes, the first one first', () => {
    const headers = signedHeaders([NEW, OLD], 'evt_1', BODY, Date.now());
    for (const secret of [OLD, NEW]) {
      expect(new Webhook(secret).verify(BODY, headers)).toEqual(JSON.parse(BODY));
    }
    const alone = signedHeaders([NEW], 'evt_1', BODY, Number(headers['webhook-timestamp']) * 1000);
    expect(headers['webhook-signature']?.split(' ')[0]).toBe(alone['webhook-signature']);
  });

  it.each<[string, (headers: Record<string, string>) => [string, Record<string, string>]]>([
    ['another body', (headers) => [`${BODY} `, headers]],
    ['another id', (headers) => [BODY, { ...headers, 'webhook-id': 'evt_2' }]],
    ['another time', (headers) => [BODY, { ...headers, 'webhook-timestamp': '1' }]],
  ])('does not hold for %s', (_what, change) => {
    const [body, headers] = change(signedHeaders([OLD], 'evt_1', BODY, Date.now()));
    expect(() => new Webhook(OLD).verify(body, headers)).toThrow();
  });

  it('does not hold with another secret', () => {
    const headers = signedHeaders([OLD], 'evt_1', BODY, Date.now());
    expect(() => new Webhook(NEW).verify(BODY, headers)).toThrow();
  });
});
