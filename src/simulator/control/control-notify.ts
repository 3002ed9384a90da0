import { ControlRequest, isWhole, Route } from './control';
import { orderOf } from './control-trades';
import { HttpRefusal } from '../http';
import { Ledger } from '../ledger/ledger';
import {
  eventOf,
  hasHappened,
  NOTIFY_EVENTS,
  NotifyEvent,
  TAMPERINGS,
} from '../notify/notify-form';
import { Notifier, NotifySettings } from '../notify/notifier';

const LONGEST_DELAY_MS = 86_400_000;

/** Alipay's pushes: one on demand, spoilt or not; and whether they come by themselves. */
export function notifyRoutes(notifier: Notifier, ledger: Ledger): Route[] {
  const configure = (change: Partial<NotifySettings>) => {
    notifier.configure(change);
    return notifier.state();
  };
  return [
    ['GET', /^\/sim\/notify$/, () => notifier.state()],
    ['POST', /^\/sim\/notify$/, (request) => sendNow(request, notifier, ledger)],
    ['POST', /^\/sim\/notify\/off$/, () => configure({ on: false })],
    ['POST', /^\/sim\/notify\/on$/, async (request) => configure(settingsOf(await request.json()))],
  ];
}

async function sendNow(request: ControlRequest, notifier: Notifier, ledger: Ledger) {
  const { outTradeNo, tamper = null, event: wanted, url: givenUrl } = await request.json();
  const order = orderOf(ledger, typeof outTradeNo === 'string' ? outTradeNo : undefined);
  const tampering = TAMPERINGS.find((one) => one === tamper) ?? null;
  if (tamper !== null && tampering === null) {
    throw badNotify(`tamper is one of ${TAMPERINGS.join(', ')}`);
  }
  const event = wanted === undefined ? eventOf(order) : eventNamed(wanted);
  if (event === null || order.tradeNo === null) {
    throw new HttpRefusal(409, 'NOT_SCANNED', 'there is no trade to tell of');
  }
  if (!hasHappened(order, event)) {
    throw new HttpRefusal(409, 'UNTRUE', 'that has not happened, and Alipay never lies');
  }
  const url = givenUrl ?? order.terms.notifyUrl;
  if (typeof url !== 'string') {
    throw new HttpRefusal(409, 'NO_NOTIFY_URL', 'the order came without a notify_url');
  }
  return notifier.sendNow(order, event, url, tampering);
}

function settingsOf(body: Readonly<Record<string, unknown>>): NotifySettings {
  const { events = ['paid'], delayMs = 0 } = body;
  if (!Array.isArray(events)) throw badNotify('events is a list');
  if (!isWhole(delayMs, 0, LONGEST_DELAY_MS)) throw badNotify('delayMs is a whole number');
  return { on: true, events: events.map(eventNamed), delayMs };
}

function eventNamed(name: unknown): NotifyEvent {
  const event = NOTIFY_EVENTS.find((one) => one === name);
  if (event === undefined) throw badNotify(`events are ${NOTIFY_EVENTS.join(', ')}`);
  return event;
}

function badNotify(message: string): HttpRefusal {
  return new HttpRefusal(400, 'BAD_NOTIFY', message);
}
