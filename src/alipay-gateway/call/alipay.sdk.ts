import { AlipayRequestError, AlipaySdk, type AlipaySdkConfig } from 'alipay-sdk';
import { isSignedByAlipay, type AlipayKeys } from './alipay.signature';

/** What certificate mode adds to the SDK's settings. */
type Serials = Pick<AlipaySdkConfig, 'appCertSn' | 'alipayRootCertSn'>;

/**
 * The SDK with parsed keys and our rule of whose signature counts. Its own knows one key, and in
 * certificate mode it does not look at the certificate an answer names.
 */
export class VerifyingSdk extends AlipaySdk {
  /** The text of the last answer's node whose signature was right; one call at a time is made. */
  verifiedText = '';
  private readonly keys: AlipayKeys;
  private readonly namesCertificates: boolean;

  /** The SDK's constructor takes keys as text; parsed ones replace them, at a third of the CPU. */
  constructor(config: AlipaySdkConfig, keys: AlipayKeys, serials: Serials) {
    super(config);
    this.keys = keys;
    this.namesCertificates = keys.alipay.some(({ certSn }) => certSn !== null);
    const [current] = keys.alipay;
    Object.assign(this.config, {
      privateKey: keys.privateKey,
      alipayPublicKey: current.key,
      ...serials,
    });
  }

  /** Called by `exec` with `validateSign`. Throws when no key of Alipay's made the signature. */
  override checkResponseSign(raw: string, node: string, sign: string | undefined): void {
    const certSn = this.namesCertificates ? certSnOf(raw) : null;
    const text = this.getSignStr(raw, node);
    if (!isSignedByAlipay(this.keys.alipay, text, sign ?? '', certSn)) {
      // Without the answer: the SDK's own text quotes it.
      throw new AlipayRequestError('the signature of the answer is not right');
    }
    this.verifiedText = text;
  }
}

/** The certificate an answer says it is signed with; null: it names none. */
function certSnOf(raw: string): string | null {
  const { alipay_cert_sn: sn } = JSON.parse(raw) as { alipay_cert_sn?: unknown };
  return typeof sn === 'string' ? sn : null;
}
