import { createHash } from 'node:crypto';
import { batchKey } from '../../domain/refund/refund';

/**
 * Our number of a refund at Alipay: 32 hex digits made of the receipt's number and the batch alone.
 * So the same batch has the same number in any process, and also where the books were restored from
 * an older copy: Alipay gives one refund back once.
 */
export function outRequestNo(outTradeNo: string, batchNo: string): string {
  const digest = createHash('sha256').update(`${outTradeNo}|${batchKey(batchNo)}`);
  return digest.digest('hex').slice(0, 32);
}
