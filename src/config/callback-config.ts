import { BILL_TYPES, type BillType } from '../domain/bill';
import { isPrivate } from './reading/addresses';
import type { EnvReader } from './reading/env-reader';
import { Secret } from './reading/secret';
import type { Choice, SettingName } from './reading/settings';

/** How the body of a callback is written. */
export type CallbackFormat = Choice<'CALLBACK_FORMAT_1'>;

/** A system that is told what becomes of its receipts. */
export interface CallbackReceiver {
  /** Where it listens, as it is to be asked for. */
  readonly url: string;
  /** `whsec_…`; one, or two while it changes: both sign, in this order. */
  readonly secrets: readonly Secret[];
  readonly format: CallbackFormat;
}

/** Our pushes to the systems: the receiver of each bill type; null: none listens. */
export type CallbackConfig = Readonly<Record<BillType, CallbackReceiver | null>>;

const PREFIX = 'whsec_';
const SECRET = /^whsec_[A-Za-z0-9+/]+={0,2}$/;
/** Bytes of a secret. Source: Standard Webhooks 1.0.0. */
const BYTES = { least: 24, most: 64 };

/** Reads `CALLBACK_*`. */
export function readCallbacks(reader: EnvReader, production: boolean): CallbackConfig {
  const common = readSecrets(reader, 'CALLBACK_SECRET');
  const anyUrl = BILL_TYPES.some((billType) => reader.isSet(`CALLBACK_URL_${billType}`));
  if (common && !anyUrl) reader.problem('CALLBACK_SECRET', 'is set and no CALLBACK_URL_n is');
  const entries = BILL_TYPES.map(
    (billType) => [billType, readReceiver(reader, billType, common, production)] as const,
  );
  return Object.fromEntries(entries) as Record<BillType, CallbackReceiver | null>;
}

function readReceiver(
  reader: EnvReader,
  billType: BillType,
  common: readonly Secret[] | null,
  production: boolean,
): CallbackReceiver | null {
  const names = {
    url: `CALLBACK_URL_${billType}`,
    secret: `CALLBACK_SECRET_${billType}`,
    format: `CALLBACK_FORMAT_${billType}`,
    allowHttp: `CALLBACK_ALLOW_HTTP_${billType}`,
  } as const;
  const own = readSecrets(reader, names.secret);
  const format = reader.choice(names.format);
  const httpSaid = reader.choice(names.allowHttp) === 'true';
  if (!reader.isSet(names.url)) {
    for (const name of [names.secret, names.format, names.allowHttp]) {
      if (reader.isSet(name)) reader.problem(name, `is set and ${names.url} is not`);
    }
    return null;
  }
  const url = reader.url(names.url, { schemes: ['https', 'http'], query: true });
  if (url?.protocol === 'http:' && production) {
    if (!isPrivate(url.hostname)) reader.problem(names.url, 'must be https in production');
    else if (!httpSaid) {
      const what = `must be https in production, or say ${names.allowHttp}=true`;
      reader.problem(names.url, what);
    }
  }
  if (url?.protocol === 'https:' && httpSaid) {
    reader.problem(names.allowHttp, `is set and ${names.url} is https`);
  }
  const secrets = own ?? common;
  if (!secrets) reader.problem('CALLBACK_SECRET', `must be set with ${names.url}`);
  return { url: url?.href ?? '', secrets: secrets ?? [], format };
}

/** One or two secrets; null: not set. */
function readSecrets(reader: EnvReader, name: SettingName): readonly Secret[] | null {
  if (!reader.isSet(name)) return null;
  const texts = reader.list(name);
  if (texts.length > 2) reader.problem(name, 'must be one secret or two');
  texts.forEach((text, index) => {
    const bytes = SECRET.test(text) ? Buffer.from(text.slice(PREFIX.length), 'base64').length : 0;
    if (bytes >= BYTES.least && bytes <= BYTES.most) return;
    const range = `${BYTES.least} to ${BYTES.most} bytes`;
    reader.problem(name, `entry ${index + 1} must be whsec_ and base64 of ${range}`);
  });
  if (new Set(texts).size < texts.length) reader.problem(name, 'names one secret twice');
  return texts.map((text) => new Secret(text));
}
