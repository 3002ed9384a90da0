import { chinaTime } from '../../domain/china-time';
import type { Clock } from '../../domain/ports/clock';
import { TopError, topError } from './top-errors';
import { signTop } from './top-signature';
import type { SignMethod } from './top-signature';
import { responseNode } from './top-answer';
import { readTopXml } from './top-xml';

/** Largest answer that is read, in bytes, unpacked. */
const MAX_ANSWER_BYTES = 65_536;
/** Pause before the one repeat. ms. */
const REPEAT_AFTER_MS = 200;
const MAX_TEXT = 500;
const UNWRITABLE = /[\p{Cc}\p{Surrogate}\ufffe\uffff]/gu;

/** Says in a request that it was forwarded by us, so that no two of us ask each other for ever. */
export const PARTNER_ID = '3pay-gateway';

/** How a TOP address is called. */
export interface TopClientSettings {
  readonly url: string;
  readonly appKey: string;
  /** Gives the secret, for signing alone. */
  readonly secret: () => string;
  readonly signMethod: SignMethod;
  /** Deadline of one request, connecting and reading included. ms. */
  readonly timeoutMs: number;
}

/** A parsed answer's object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Calls methods of a TOP address, for calls that may be repeated. */
export class TopClient {
  constructor(
    private readonly settings: TopClientSettings,
    private readonly clock: Clock,
  ) {}

  /**
   * The members of the response node. Asked twice at most: a refusal of the caller (isv) is final,
   * a failure of the provider (isp) or of the way there is tried once more.
   * @throws TopError
   */
  async call(method: string, business: Readonly<Record<string, string>>): Promise<JsonObject> {
    try {
      return await this.once(method, business);
    } catch (error) {
      if (!mayRepeat(error)) throw error;
      await this.clock.sleep(REPEAT_AFTER_MS);
      return this.once(method, business);
    }
  }

  private async once(method: string, business: Readonly<Record<string, string>>) {
    const answer = await parse(await this.send(this.sign(method, business)));
    const refusal = objectOf(answer['error_response']);
    if (refusal) throw refusalOf(refusal);
    const node = objectOf(answer[responseNode(method)]);
    if (!node) throw unreadable();
    return node;
  }

  private sign(method: string, business: Readonly<Record<string, string>>): URLSearchParams {
    const parameters = new Map(
      Object.entries({
        ...business,
        method,
        app_key: this.settings.appKey,
        sign_method: this.settings.signMethod,
        timestamp: chinaTime(this.clock.nowMs()),
        format: 'json',
        v: '2.0',
        partner_id: PARTNER_ID,
      }),
    );
    const sign = signTop(this.settings.signMethod, parameters, this.settings.secret());
    return new URLSearchParams([...parameters, ['sign', sign]]);
  }

  private async send(form: URLSearchParams): Promise<string> {
    try {
      const answer = await fetch(this.settings.url, {
        method: 'POST',
        headers: { Accept: 'text/javascript', 'Accept-Encoding': 'identity' },
        body: form,
        redirect: 'manual',
        signal: AbortSignal.timeout(this.settings.timeoutMs),
      });
      if (answer.status !== 200) throw new Error(`HTTP ${answer.status}`);
      return await readBounded(answer);
    } catch (cause) {
      throw topError('UNDECIDED', { shown: '上游无应答，请稍后查询，切勿重复收款', cause });
    }
  }
}

/** Whose fault it was is said by the answer itself, not by what we made of it. */
function mayRepeat(error: unknown): boolean {
  if (!(error instanceof TopError)) return false;
  const { body } = error.cause instanceof TopError ? error.cause : error;
  return body.sub_code?.startsWith('isp.') ?? false;
}

async function readBounded(answer: Response): Promise<string> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    size += piece.byteLength;
    if (size > MAX_ANSWER_BYTES) throw new Error('the answer is too large');
    pieces.push(piece);
  }
  return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
}

/** JSON is asked for; who refuses before that is read answers in XML, the protocol's default. */
async function parse(text: string): Promise<JsonObject> {
  try {
    const answer = objectOf(isXml(text) ? await readTopXml(text) : JSON.parse(text));
    if (answer) return answer;
  } catch {
    // Refused below, like an answer that is no object.
  }
  throw unreadable();
}

function isXml(text: string): boolean {
  return /^\ufeff?\s*</.test(text);
}

/** An answer we do not understand: nothing is known. */
export function unreadable(): TopError {
  return new TopError({
    code: 15,
    msg: 'Remote Service Error',
    sub_code: 'isp.top-mapping-parse-error',
    sub_msg: '上游应答无法识别，请稍后查询，切勿重复收款',
  });
}

/** The object a value is; undefined when it is none. */
export function objectOf(value: unknown): JsonObject | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject) : undefined;
}

/** A text from elsewhere, as it can be written in every format. */
export function foreignText(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  return value.slice(0, MAX_TEXT).replace(UNWRITABLE, ' ');
}

/** Codes that are about the business; the others are about our own key, signature or quota. */
function isBusiness(code: number): boolean {
  return [15, 40, 41, 50].includes(code) || code >= 100;
}

function refusalOf(refusal: JsonObject): TopError {
  const code = Number(refusal['code']);
  if (!Number.isSafeInteger(code)) return unreadable();
  const body = {
    code,
    msg: foreignText(refusal['msg']) ?? '',
    sub_code: foreignText(refusal['sub_code']),
    sub_msg: foreignText(refusal['sub_msg']),
  };
  if (isBusiness(code)) return new TopError(body);
  return topError('UNAVAILABLE', { cause: new TopError(body) });
}
