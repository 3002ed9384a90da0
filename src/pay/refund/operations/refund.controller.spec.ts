import { aReceipt } from '../../../../test/support/books/a-receipt';
import { aRefund } from '../../../../test/support/books/a-refund';
import { ManualClock } from '../../../../test/support/manual-clock';
import { fen } from '../../../domain/money';
import type { RefundState } from '../../../domain/refund/refund';
import type { RefundPayment } from '../refund.service';
import { RefundController } from './refund.controller';

const NAME = { billnum: 'T20261122001 ', autoid: '98|0|1', billtype: '1', paytype: '98' } as const;
const NAME_SENT = { billnum: 'T20261122001 ', batchno: 'b1' };
const BODY = { ...NAME, batchno: 'b1', refundvalue: fen(3_333) };

function controller(state: RefundState): RefundController {
  const refund = aRefund({ state });
  const found = { receipt: aReceipt(), refunds: [refund], refund };
  const give = () => Promise.resolve(found);
  const refunds = { refund: give, query: give } as Partial<RefundPayment> as RefundPayment;
  return new RefundController(refunds, new ManualClock(0));
}

describe.each(['refund', 'refundQuery'] as const)('%s', (operation) => {
  it.each([
    ['done', '2'],
    ['failed', '9'],
  ] as const)('that is %s is told as it is', async (state, refundstatus) => {
    const { errcode, tag } = await controller(state)[operation](BODY);
    // Bill and batch as they were sent.
    expect([errcode, tag]).toMatchObject([0, { ...NAME_SENT, refundstatus }]);
  });

  it.each([
    ['queued', '0'],
    ['asked', '1'],
  ] as const)('that is %s is not decided', async (state, refundstatus) => {
    const told = controller(state)[operation](BODY);
    await expect(told).rejects.toMatchObject({
      ...{ code: 'UNDECIDED', tag: { ...NAME_SENT, refundstatus } },
      shown: expect.stringContaining('give no cash') as string,
    });
  });
});
