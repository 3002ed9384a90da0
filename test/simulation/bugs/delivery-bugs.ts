import { bug } from './bug';
import type { Bug } from './bug';

const STORE = 'legacy-db/callbacks/callback-store';
const LOOP = 'callbacks/delivery/receiver-loop';
const SIGNATURE = 'callbacks/delivery/callback-signature';
const DELIVERY = 'domain/callback/delivery';

/** Mistakes of a deliverer, each of which the checker must see. */
export const DELIVERY_BUGS: readonly Bug[] = [
  bug('delivery-redirect-taken', DELIVERY, 'judgeTry', 'status < 300', 'status < 400'),
  bug(
    'delivery-out-of-order',
    STORE,
    'CallbackStore.claimDue',
    'big(nowMs - WAITS_FOR_EARLIER_MS)',
    'big(nowMs + WAITS_FOR_EARLIER_MS)',
  ),
  bug(
    'delivery-body-anew',
    STORE,
    'CallbackStore.beginTry',
    'callback.body ?? write(callback, receipt)',
    'write(callback, receipt)',
  ),
  bug(
    'delivery-of-money-that-left',
    STORE,
    'CallbackStore.beginTry',
    'callback.body === null && isSuperseded(callback.type, receipt)',
    'callback.body !== null && isSuperseded(callback.type, receipt)',
  ),
  bug(
    'delivery-one-secret',
    SIGNATURE,
    'signedHeaders',
    'secrets.map((secret) => new Webhook(secret).sign(eventId, at, body))',
    'secrets.slice(0, 1).map((secret) => new Webhook(secret).sign(eventId, at, body))',
  ),
  bug(
    'delivery-number-lost',
    STORE,
    'CallbackStore.number',
    'seq += 1',
    'seq += seq === 2 ? 2 : 1',
  ),
  bug(
    'delivery-taken-before-asked',
    LOOP,
    'ReceiverLoop.deliver',
    'const verdict = judgeTry(answer, nowMs);',
    'const verdict = judgeTry({ ...answer, status: answer.status ?? 200 }, nowMs);',
  ),
  bug(
    'delivery-once-alone',
    DELIVERY,
    'nextTryAt',
    'if (wait === undefined) return null;',
    'if (wait === undefined || tries > 1) return null;',
  ),
];
