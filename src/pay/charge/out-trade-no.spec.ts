import { systemRandomness } from '../../config/system-clock';
import { newOutTradeNo } from './out-trade-no';

describe('a number at Alipay', () => {
  it('begins with the mark of the installation and its time, and is none other', () => {
    const one = newOutTradeNo('3pqz', 0x0123456789ab, systemRandomness);
    expect(one).toMatch(/^3pqz0123456789ab[0-9a-f]{20}$/);
    expect(newOutTradeNo('3pqz', 0x0123456789ab, systemRandomness)).not.toBe(one);
  });
});
