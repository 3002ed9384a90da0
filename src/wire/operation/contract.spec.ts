import { namespaceDigest, resultContract, tagType, RESULT_PAY } from './contract';
import { PayScanCodeResult, PayStatusResult } from '../../../test/support/contracts';

const RESULTS =
  'http://schemas.datacontract.org/2004/07/DigitalScience.DataTransfer.Tour.V5.Result';

describe('the digest in the name of an XML root', () => {
  it.each([
    [RESULT_PAY, 'Kp9g8rEY'],
    [RESULTS, 'ldpHZqFJ'],
    [`${RESULTS}.ValueCard`, 'juXQ_SQCk'],
    [`${RESULTS}.WebInterface`, '90Z6Xn9G'],
  ])('of %s is %s', (namespace, digest) => {
    expect(namespaceDigest(namespace)).toBe(digest);
  });

  it('ends the roots of the known results and of any new one', () => {
    expect(PayStatusResult.root).toBe('CommonOperationResultWithTagOfPayStatusResultKp9g8rEY');
    expect(PayScanCodeResult.root).toBe('CommonOperationResultWithTagOfPayScanCodeResultKp9g8rEY');
    const refund = resultContract(tagType('RefundResult', RESULT_PAY, { billnum: 'text' }));
    expect(refund.root).toBe('CommonOperationResultWithTagOfRefundResultKp9g8rEY');
  });
});
