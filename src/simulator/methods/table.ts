import { MethodHandler } from './method';
import { precreate } from './precreate';
import { query } from './query';

/** Every method the simulator serves; anything else is isv.invalid-method. */
export const METHODS: Readonly<Record<string, MethodHandler>> = Object.assign(
  Object.create(null) as Record<string, MethodHandler>,
  {
    'alipay.trade.precreate': precreate,
    'alipay.trade.query': query,
  },
);
