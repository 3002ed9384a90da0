import type { CheckoutResult, StatusAsk } from './checkout';

/** Where ids we do not know are asked for. */
export interface Upstream {
  /**
   * What the upstream says of the ids.
   * @throws TopError what it refused (isv), or why there is no answer (isp)
   */
  queryStatus(ask: StatusAsk): Promise<CheckoutResult>;
}

/** Injection token of the `Upstream`; null where none is configured. */
export const UPSTREAM = Symbol('Upstream');
