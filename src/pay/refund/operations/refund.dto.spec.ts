import type { Type } from '@nestjs/common';
import { fen } from '../../../domain/money';
import { WireValidationPipe } from '../../../wire/operation/validation.pipe';
import { RefundDto, RefundQueryDto, toRefundAsk } from './refund.dto';

const pipe = new WireValidationPipe();
const NAME = { billnum: 'B1', autoid: '1', billtype: '2', paytype: '98' };
const BODY = { ...NAME, batchno: 'R1', refundvalue: '5.1' };

function made<Dto>(body: object, metatype: Type<Dto>): Dto {
  return pipe.transform(body, { type: 'body', metatype }) as Dto;
}

describe('what a valid body asks for', () => {
  const asked = (changes: object) => toRefundAsk(made({ ...BODY, ...changes }, RefundDto), null);

  it('is an amount of a receipt, under a batch', () => {
    expect(toRefundAsk(made({ ...BODY, operatorno: 'd', reason: '雨' }, RefundDto), 7)).toEqual({
      name: { billType: '2', billNo: 'B1', receiptId: '1', payType: '98' },
      ...{ batchNo: 'R1', amount: fen(510), operatorNo: 'd', reason: '雨', wantedUntilMs: 7 },
    });
  });

  // Blanks are not counted, so that what is kept of them must not be too long.
  it.each([undefined, null, '', '  ', '\u0085'.repeat(300)])('an operator %j is none', (blank) => {
    expect(asked({ operatorno: blank, reason: blank })).toMatchObject({
      ...{ operatorNo: null, reason: null },
    });
  });

  it('batches as they were sent: who they are is decided with the books', () => {
    expect(asked({ batchno: 'r1 ' }).batchNo).toBe('r1 ');
  });
});

it('a question needs no amount, and looks at none', () => {
  const dto = made({ ...NAME, batchno: 'R1', refundvalue: 'all' }, RefundQueryDto);
  expect({ ...dto }).toEqual({ ...NAME, batchno: 'R1' });
});
