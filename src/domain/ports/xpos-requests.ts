/** A payment asked for by XPOS, as the books remember it. */
export interface XposRequest {
  /** The TOP app that asked; request ids are its own. At most 64. */
  readonly appKey: string;
  /** The caller's idempotency key, without blanks at its end. At most 64. */
  readonly requestId: string;
  /** Digest of what was asked for, without the guest's code. 64 hex digits. */
  readonly content: string;
  /** The caller's number of the order, as it was sent. At most 64. */
  readonly outBizId: string;
  /** The number at Alipay under which alone this request may ever be charged. */
  readonly outTradeNo: string;
}

/** What XPOS asked for. @throws PayError DATABASE_UNAVAILABLE */
export interface XposRequests {
  /**
   * The request under this app and id: the one given when there was none, then durably; else the
   * first one, which stays whatever is given now.
   */
  claim(request: XposRequest, nowMs: number): Promise<XposRequest>;
  /** The request charged under this number, or null. */
  findByOutTradeNo(outTradeNo: string): Promise<XposRequest | null>;
}

/** Injection token of the `XposRequests`. */
export const XPOS_REQUESTS = Symbol('XposRequests');
