import { CONDITION_KINDS } from '../gateway/faults';

/** A call of the control API. */
export interface ControlOrder {
  readonly verb: 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** What can be done on the pages. */
export const ACT_NAMES = [
  'scan',
  'pay',
  'giveup',
  'refund',
  'order-fault',
  'clear-faults',
  'move-clock',
  'reset-clock',
  'notifies-on',
  'notifies-off',
  'send-notify',
  'plant',
  'clear-plants',
] as const;

/** One of them. */
export type ActName = (typeof ACT_NAMES)[number];

/** A form as it was filled in. */
export type Form = URLSearchParams;

const UNIT_MS: Readonly<Record<string, number>> = {
  seconds: 1_000,
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
};

/**
 * The call of the control API that a form means; whether it can be done is for the control API to
 * say. `offsetMs`: by how much the simulated clock is ahead now.
 */
export function orderOfAct(act: ActName, form: Form, offsetMs: number): ControlOrder {
  switch (act) {
    case 'scan':
    case 'pay':
    case 'giveup':
      return post(`${tradePath(form)}/${act}`);
    case 'refund':
      return post(`${tradePath(form)}/refund`, { amount: text(form, 'amount') });
    case 'order-fault':
      return post('/sim/faults', faultBody(form));
    case 'clear-faults':
      return { verb: 'DELETE', path: '/sim/faults' };
    case 'move-clock':
      return post('/sim/clock', { offsetMs: offsetMs + movedMs(form) });
    case 'reset-clock':
      return post('/sim/clock', { offsetMs: 0 });
    case 'notifies-on':
      return post('/sim/notify/on', { events: form.getAll('events'), ...numbers(form, 'delayMs') });
    case 'notifies-off':
      return post('/sim/notify/off');
    case 'send-notify':
      return post('/sim/notify', texts(form, 'outTradeNo', 'event', 'tamper', 'url'));
    case 'plant':
      return post(dayPath(form), {
        ...texts(form, 'plant', 'outTradeNo', 'row', 'other'),
        ...numbers(form, 'fen', 'byMs'),
      });
    case 'clear-plants':
      return { verb: 'DELETE', path: dayPath(form) };
  }
}

/** The order as a person types it in a shell. */
export function curlOf({ verb, path, body }: ControlOrder, url: string): string {
  const address = `${url}${path}`;
  if (body !== undefined) return `curl ${address} -d '${quoted(JSON.stringify(body))}'`;
  return `curl -X ${verb} ${address}`;
}

function post(path: string, body?: ControlOrder['body']): ControlOrder {
  return body === undefined ? { verb: 'POST', path } : { verb: 'POST', path, body };
}

/** Members that a fault of single calls has are not told of a state, nor the other way round. */
function faultBody(form: Form): Record<string, unknown> {
  const fault = text(form, 'fault');
  if (CONDITION_KINDS.some((one) => one === fault)) {
    return { fault, ...(fault === 'refund_unseen' ? numbers(form, 'visibleMs') : {}) };
  }
  return {
    ...texts(form, 'method'),
    fault,
    ...numbers(form, 'count', 'delayMs'),
    ...(form.get('when') === 'after' ? { afterEffect: true } : {}),
    ...(form.has('inBody') ? { inBody: true } : {}),
    ...(fault === 'refuse' ? texts(form, 'subCode') : {}),
  };
}

function movedMs(form: Form): number {
  return Number(text(form, 'by') || 'none') * (UNIT_MS[text(form, 'unit')] ?? NaN);
}

function tradePath(form: Form): string {
  return `/sim/trades/${encodeURIComponent(text(form, 'outTradeNo'))}`;
}

function dayPath(form: Form): string {
  return `/sim/bills/${encodeURIComponent(text(form, 'date'))}`;
}

function text(form: Form, name: string): string {
  return (form.get(name) ?? '').trim();
}

function texts(form: Form, ...names: string[]): Record<string, string> {
  const pairs = names.map((name): [string, string] => [name, text(form, name)]);
  return Object.fromEntries(pairs.filter(([, value]) => value !== ''));
}

function numbers(form: Form, ...names: string[]): Record<string, number> {
  const filled = Object.entries(texts(form, ...names));
  return Object.fromEntries(filled.map(([name, value]) => [name, Number(value)]));
}

function quoted(json: string): string {
  return json.replaceAll("'", `'\\''`);
}
