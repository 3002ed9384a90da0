/** How we speak with Alipay. Comes from the environment, or from a running simulator. */
export interface AlipaySettings {
  readonly appId: string;
  /** Our RSA private key as PEM text (PKCS#1 or PKCS#8). Secret. */
  readonly privateKey: string;
  /** Alipay's RSA public key as PEM text. */
  readonly alipayPublicKey: string;
  /** Address of the gateway, for example `https://openapi.alipay.com/gateway.do`. */
  readonly gateway: string;
  /** Account that receives the money (2088…); null: the contract's own. */
  readonly sellerId: string | null;
  /** `FACE_TO_FACE_PAYMENT` or `QR_CODE_OFFLINE`, by contract. */
  readonly productCode: string;
  /** Deadline of one call, ms. */
  readonly timeoutMs: number;
  /** Where Alipay sends notifies; null: none are asked for. */
  readonly notifyUrl: string | null;
}

/** Injection token of the `AlipaySettings` in force. */
export const ALIPAY_SETTINGS = Symbol('AlipaySettings');
