import type { CallbackConfig, CallbackReceiver } from '../../config/callback-config';
import { BILL_TYPES } from '../../domain/bill';
import { RESULT_PAY } from '../../wire/operation/contract';
import { bad, type Check, doubtful, errorWord, type Finding, good, skipped } from './finding';

const TIMEOUT_MS = 15_000;
/** A type that no event has: a receiver that verifies nothing has nothing to book either. */
const TYPE = 'test.unsigned';
const VERIFY = 'the receiver must verify each signature and answer 401: docs/callbacks.md';

/**
 * Posts to each receiver what is not signed: it must be reached and refuse it. `asked`: the
 * operator wants that; a receiver may be live, so nobody is asked otherwise.
 */
export function callbackCheck(receivers: CallbackConfig, asked: boolean): Check {
  return async () => {
    const told = BILL_TYPES.flatMap((billType) => {
      const receiver = receivers[billType];
      return receiver ? [{ name: `CALLBACK_URL_${billType}`, receiver }] : [];
    });
    if (told.length === 0) return asked ? [skipped('callbacks', 'no CALLBACK_URL_n is set')] : [];
    if (!asked) return [skipped('callbacks', 'npm run doctor -- --callbacks asks each receiver')];
    return Promise.all(told.map(({ name, receiver }) => posted(name, receiver)));
  };
}

async function posted(check: string, { url, format }: CallbackReceiver): Promise<Finding> {
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'Content-Type': `application/${format}; charset=utf-8` },
      body: format === 'json' ? unsignedJson() : unsignedXml(),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await answer.body?.cancel();
    return judged(check, answer.status);
  } catch (error) {
    // Never the address: its query may hold what must not be printed.
    return bad(check, errorWord(error), 'check the address, DNS, firewall and certificate');
  }
}

function judged(check: string, status: number): Finding {
  const found = `answers HTTP ${status} to what is not signed`;
  if (status >= 200 && status < 300) return bad(check, `takes what is not signed`, VERIFY);
  if (status === 400 || status === 401 || status === 403) {
    return good(check, `reached; refuses unsigned (${status})`);
  }
  if (status >= 500 || status === 429) return doubtful(check, found, VERIFY);
  return bad(check, found, 'another program or a redirect answers there: correct the address');
}

function unsignedJson(): string {
  return `{"type":"${TYPE}","timestamp":"${new Date(0).toISOString()}","data":{}}`;
}

function unsignedXml(): string {
  const rest = `<timestamp>${new Date(0).toISOString()}</timestamp><type>${TYPE}</type>`;
  return `<CallbackEvent xmlns="${RESULT_PAY}"><data />${rest}</CallbackEvent>`;
}
