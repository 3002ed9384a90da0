import { Webhook } from 'standardwebhooks';

/**
 * The headers that prove where a body comes from: Standard Webhooks 1.0.0. With two secrets there
 * are two signatures, and a receiver that knows either is content. The body is signed as it is.
 */
export function signedHeaders(
  secrets: readonly string[],
  eventId: string,
  body: string,
  nowMs: number,
): Record<string, string> {
  const at = new Date(nowMs);
  return {
    'webhook-id': eventId,
    'webhook-timestamp': String(Math.floor(nowMs / 1000)),
    'webhook-signature': secrets
      .map((secret) => new Webhook(secret).sign(eventId, at, body))
      .join(' '),
  };
}
