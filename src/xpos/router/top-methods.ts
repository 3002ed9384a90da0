/** How a payment stands. Source: TOP, alisports documents. */
export const QUERY_STATUS = 'alibaba.alisports.lianbei.xpos.querystatus';

/** A payment by the code a guest shows. Source: TOP, alisports documents. */
export const PAY = 'alibaba.alisports.lianbei.xpos.pay';
