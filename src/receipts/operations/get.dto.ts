import { PARM_PAY } from '../../wire/operation/contract';
import { RequestMember } from '../../wire/operation/members';
import { WireType } from '../../wire/operation/wire-type';

const ID = /^[1-9]\d{0,15}$/;

/** Body of Receipts/Get and Receipts/Refresh. */
@WireType('ReceiptGetParm', PARM_PAY)
export class GetDto {
  @RequestMember(
    {
      ...{ zh: '收款编号，由 Search 返回的 id', en: 'number of the receipt: `id` of Search' },
      ...{ kind: 'decimal', required: true, maxLength: null, example: 1 },
      range: [1, Number.MAX_SAFE_INTEGER],
      whole: true,
    },
    (value) => {
      if (value === undefined || value === null || value === '') return '必填 (is required)';
      const fits = typeof value === 'string' && ID.test(value);
      if (fits && Number.isSafeInteger(Number(value))) return null;
      return '须为正整数 (must be a whole number above 0)';
    },
  )
  id: string; // Digits.
}
