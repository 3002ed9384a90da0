import { Calls } from '../gateway/calls';
import { isWhole, Route } from './control';
import {
  CONDITION_KINDS,
  ConditionKind,
  FAULT_KINDS,
  FaultKind,
  FaultOrder,
  Faults,
} from '../gateway/faults';
import { HttpRefusal } from '../http';

const LONGEST_DELAY_MS = 600_000;
const DEFAULT_DELAY_MS = 6_000;
const LONGEST_HIDDEN_MS = 86_400_000;
const SUB_CODE = /^[\w.-]{1,64}$/;

/** What is spoilt, and what was received. */
export function faultRoutes(faults: Faults, calls: Calls): Route[] {
  const listCalls = (search: URLSearchParams) => {
    const method = search.get('method') ?? undefined;
    const outTradeNo = search.get('outTradeNo') ?? undefined;
    return { total: calls.total, calls: calls.list({ method, outTradeNo }) };
  };
  const clearCalls = (search: URLSearchParams) => {
    calls.clear();
    return listCalls(search);
  };
  return [
    ['GET', /^\/sim\/faults$/, () => ({ faults: faults.list() })],
    ['POST', /^\/sim\/faults$/, async (request) => ordered(faults, await request.json())],
    ['DELETE', /^\/sim\/faults$/, () => ({ deleted: faults.clear() })],
    ['GET', /^\/sim\/calls$/, ({ search }) => listCalls(search)],
    ['DELETE', /^\/sim\/calls$/, ({ search }) => clearCalls(search)],
  ];
}

type Body = Readonly<Record<string, unknown>>;

function ordered(faults: Faults, body: Body) {
  const condition = CONDITION_KINDS.find((one) => one === body['fault']);
  if (condition === undefined) return faults.add(faultOf(body));
  return faults.stand(condition, visibleMsOf(condition, body));
}

/** Also checks that nothing is said that only a fault of single calls can have. */
function visibleMsOf(kind: ConditionKind, body: Body): number | null {
  const { method = '*', count = 0, afterEffect, delayMs, inBody, subCode, visibleMs } = body;
  if (method !== '*') throw badFault(`${kind} is of no one method`);
  if (!isWhole(count, -1, 0)) throw badFault(`${kind} lasts until it is withdrawn`);
  if ([afterEffect, delayMs, inBody, subCode].some((one) => one !== undefined)) {
    throw badFault(`${kind} spoils no call`);
  }
  if (kind === 'refund_unseen') {
    if (isWhole(visibleMs, 1, LONGEST_HIDDEN_MS)) return visibleMs;
    throw badFault(`refund_unseen takes visibleMs, a whole number, 1 to ${LONGEST_HIDDEN_MS}`);
  }
  if (visibleMs === undefined) return null;
  throw badVisibleMs();
}

function faultOf(body: Body): FaultOrder {
  const { method = '*', fault, count = 1, afterEffect = false, inBody = false } = body;
  const kind = FAULT_KINDS.find((one) => one === fault);
  const { delayMs = kind === 'delay' ? DEFAULT_DELAY_MS : 0 } = body;
  if (kind === undefined) {
    throw badFault(`fault is one of ${[...FAULT_KINDS, ...CONDITION_KINDS].join(', ')}`);
  }
  if (body['visibleMs'] !== undefined) throw badVisibleMs();
  if (typeof method !== 'string' || method === '') throw badFault('method is a name or *');
  if (!isWhole(count, -1, 1_000_000)) throw badFault('count is a whole number');
  if (typeof afterEffect !== 'boolean') throw badFault('afterEffect is true or false');
  if (typeof inBody !== 'boolean') throw badFault('inBody is true or false');
  if (!isWhole(delayMs, 0, LONGEST_DELAY_MS)) {
    throw badFault(`delayMs is a whole number, 0 to ${LONGEST_DELAY_MS}`);
  }
  const subCode = subCodeOf(kind, body.subCode);
  return { method, fault: kind, count, afterEffect, delayMs, subCode, inBody };
}

function subCodeOf(kind: FaultKind, subCode: unknown): string | null {
  if (kind !== 'refuse') {
    if (subCode !== undefined) throw badFault('subCode goes with refuse alone');
    return null;
  }
  if (typeof subCode === 'string' && SUB_CODE.test(subCode)) return subCode;
  throw badFault('refuse takes a subCode such as ACQ.TRADE_HAS_CLOSE');
}

function badVisibleMs(): HttpRefusal {
  return badFault('visibleMs goes with refund_unseen alone');
}

function badFault(message: string): HttpRefusal {
  return new HttpRefusal(400, 'BAD_FAULT', message);
}
