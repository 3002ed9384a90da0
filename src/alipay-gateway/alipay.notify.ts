import type { AlipaySettings } from '../config/alipay/alipay-settings';
import type { NotifyReading } from '../domain/ports/payment-gateway';
import { isUtf8Name, readStrictForm } from './call/alipay.form';
import { toNotifiedOutcome } from './alipay.mapper';
import { BORDER } from './alipay.order';
import { isSignedBy, readAlipaysKeys, type AlipaysKeys } from './call/alipay.signature';

/** The settings by which a notify is known to be for us. */
export type NotifySettings = Pick<AlipaySettings, 'appId' | 'alipayKeys' | 'sellerId'>;

/** What one of our numbers can look like; whether it is one, the books know. */
const OUT_TRADE_NO = /^[A-Za-z0-9_]{1,64}$/;

/** What the signature of a notify does not cover. Source: Alipay, V1 rules; SDKs for the last. */
const UNSIGNED: readonly string[] = ['sign', 'sign_type', 'alipay_cert_sn'];

type Refused = Extract<NotifyReading, { kind: 'refused' }>;

/**
 * Reads notifies. Nothing of one is used before its signature has been found right, and then only
 * what was signed. Source: Alipay, notify of face-to-face payment (V1 rules).
 */
export class NotifyReader {
  private readonly keys: AlipaysKeys;

  /** Throws plainly when a public key of Alipay's cannot be used. */
  constructor(private readonly settings: NotifySettings) {
    this.keys = readAlipaysKeys(settings.alipayKeys);
  }

  /** Reads the bytes of a notify; never throws. A refusal tells nothing of what it held. */
  read(body: Uint8Array, contentType: string): NotifyReading {
    const form = readStrictForm(body, contentType);
    if (!form.ok) return refused(form.why, true);
    const signed = this.signedFields(form.fields);
    if (signed.kind === 'refused') return signed;
    return this.judge(Object.fromEntries(signed.fields));
  }

  /**
   * The parameters the signature covers, empty ones left out. Some of Alipay's senders sign empty
   * parameters and some do not; they mean nothing either way.
   */
  private signedFields(
    fields: ReadonlyMap<string, string>,
  ): { kind: 'signed'; fields: [string, string][] } | Refused {
    // Pinned before anything else: the algorithm is ours to choose, not the message's.
    if (fields.get('sign_type') !== 'RSA2') return refused('sign_type is not RSA2', true);
    const charset = fields.get('charset');
    if (charset !== undefined && !isUtf8Name(charset)) return refused('charset is not utf-8', true);

    // The signed text does not tell a border between parameters from the same characters within
    // one. Without this check, a true notify cut up anew could say something else.
    if ([...fields].some(([name, value]) => /[&=]/.test(name) || BORDER.test(value))) {
      return refused('parameters whose borders are in doubt', true);
    }

    const all = [...fields].filter(([name]) => !UNSIGNED.includes(name)).sort(byName);
    const filled = all.filter(([, value]) => value !== '');
    const signature = fields.get('sign') ?? '';
    const variants = filled.length === all.length ? [all] : [all, filled];
    return variants.some((each) => this.isSigned(textOf(each), signature, fields))
      ? { kind: 'signed', fields: filled }
      : refused(`signature ${signature === '' ? 'missing' : 'wrong'}`, true);
  }

  // The rules are the same in both modes: a notify need not name the certificate it is signed
  // with, so any key that counts may have made the signature; one that is named must be it.
  private isSigned(text: string, signature: string, fields: ReadonlyMap<string, string>): boolean {
    const named = fields.get('alipay_cert_sn') ?? null;
    return this.keys
      .filter(({ certSn }) => named === null || certSn === null || certSn === named)
      .some(({ key }) => isSignedBy(key, text, signature));
  }

  private judge(fields: Readonly<Partial<Record<string, string>>>): NotifyReading {
    const { appId, sellerId } = this.settings;
    const { out_trade_no: outTradeNo = '' } = fields;
    if (fields.app_id !== appId) return refused('app_id is not ours', false);
    if (sellerId !== null && fields.seller_id !== sellerId) {
      return refused('seller_id is not ours', false);
    }
    if (fields.notify_type !== 'trade_status_sync') return refused('another notify_type', false);
    if (!OUT_TRADE_NO.test(outTradeNo)) return refused('out_trade_no cannot be ours', false);
    return { kind: 'notify', outTradeNo, outcome: toNotifiedOutcome(fields) };
  }
}

function byName([one]: [string, string], [other]: [string, string]): number {
  return one < other ? -1 : 1;
}

function textOf(fields: readonly [string, string][]): string {
  return fields.map(([name, value]) => `${name}=${value}`).join('&');
}

/** `unverified`: until its signature is found right, nobody knows whom a message is from. */
function refused(cause: string, unverified: boolean): Refused {
  return { kind: 'refused', cause, unverified };
}
