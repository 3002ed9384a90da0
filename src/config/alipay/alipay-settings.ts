/** A key of Alipay's whose signatures count. */
export interface AlipayKey {
  /** RSA public key as PEM text. */
  readonly publicKey: string;
  /** Serial number of the certificate it came in; null: a bare key. */
  readonly certSn: string | null;
}

/** What certificate mode adds to every call. */
export interface CertificateSerials {
  /** Serial number of our app's certificate, 32 hex digits. */
  readonly app: string;
  /** Serial numbers of Alipay's root certificates, joined by `_`. */
  readonly root: string;
}

/** How long a certificate holds. */
export interface CertificateDates {
  /** The setting it came from. */
  readonly setting: string;
  /** Whose it is. */
  readonly owner: 'app' | 'alipay';
  /** First and last moment, epoch ms. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** How we speak with Alipay. Comes from the environment, or from a running simulator. */
export interface AlipaySettings {
  readonly appId: string;
  /** Our RSA private key as PEM text (PKCS#1 or PKCS#8). Secret. */
  readonly privateKey: string;
  /** One, or two while Alipay changes from one to the other. Signatures of no other key count. */
  readonly alipayKeys: readonly AlipayKey[];
  /** Certificate mode; null: key mode. */
  readonly serials: CertificateSerials | null;
  /** Dates of the certificates; empty in key mode. */
  readonly certificateDates: readonly CertificateDates[];
  /** Address of the gateway, for example `https://openapi.alipay.com/gateway.do`. */
  readonly gateway: string;
  /** Account that receives the money (2088…); null: the contract's own. */
  readonly sellerId: string | null;
  /** `FACE_TO_FACE_PAYMENT` or `QR_CODE_OFFLINE`, by contract. */
  readonly productCode: string;
  /** Deadline of one call, ms. */
  readonly timeoutMs: number;
  /** The only host a daily bill comes from, with its port where that is not the scheme's. */
  readonly billHost: string;
  /** Where Alipay sends notifies; null: none are asked for. */
  readonly notifyUrl: string | null;
}

/** Injection token of the `AlipaySettings` in force. */
export const ALIPAY_SETTINGS = Symbol('AlipaySettings');
