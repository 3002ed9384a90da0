import { Fen } from '../../src/domain/money';
import { Terms } from '../../src/simulator/ledger/trades';

/** The terms of an ordinary payment of 88.88 yuan. */
export const SAMPLE_TERMS: Terms = {
  totalAmount: 8888 as Fen,
  subject: '门票',
  body: null,
  storeId: null,
  terminalId: null,
  passbackParams: null,
  notifyUrl: null,
  timeExpireMs: null,
  timeoutExpress: '3h',
  codeTimeoutExpress: '2h',
  fingerprint: 'f',
};
