/** A receipt's number at Alipay, for samples. */
export const OUT_TRADE_NO = '19a1b2c3d4e5a1b2c3d4e5f60718293a';
