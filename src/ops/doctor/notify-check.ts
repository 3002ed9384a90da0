import { bad, type Check, doubtful, errorWord, type Finding, good } from './finding';

const TIMEOUT_MS = 10_000;
const CHECK = 'notify address';
const ADVICE = 'start the service; check PUBLIC_URL, DNS, the proxy and its certificate';

/**
 * Posts an unsigned notify to our own address: the service must refuse it, and in Alipay's words.
 * What this machine reaches, Alipay may still not reach; what it does not reach is surely wrong.
 */
export function notifyCheck(notifyUrl: string | null): Check {
  return async () => {
    if (notifyUrl === null) {
      const found = 'PUBLIC_URL is not set: results are asked for, never pushed';
      return [doubtful(CHECK, found, 'set PUBLIC_URL for faster results')];
    }
    return [await posted(notifyUrl)];
  };
}

async function posted(notifyUrl: string): Promise<Finding> {
  try {
    const answer = await fetch(notifyUrl, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: 'sign_type=RSA2&notify_type=doctor',
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = (await answer.text()).slice(0, 20);
    if (answer.status === 200 && text === 'fail') return good(CHECK, 'reached; refuses unsigned');
    const found = `${notifyUrl} answers HTTP ${answer.status}, not as this service does`;
    return bad(CHECK, found, 'another program or a redirect answers there: correct PUBLIC_URL');
  } catch (error) {
    return bad(CHECK, `${notifyUrl}: ${errorWord(error)}`, ADVICE);
  }
}
