/** The languages of the guest's phone. */
export type PhoneLang = 'zh' | 'en';

const zh = {
  title: '付款',
  app: '模拟支付宝',
  noMoney: '仅供测试，不会产生真实扣款',
  otherLang: 'English',
  scan: '扫一扫',
  scanAgain: '重新扫码',
  pay: '确认付款',
  giveUp: '放弃付款',
  left: '您已离开收银台，订单仍在等待付款。',
  paid: '支付成功',
  refunded: '已全额退款',
  closed: '本笔交易已关闭',
  expired: '二维码已过期',
  unknown: '二维码无效',
  askForCode: '请向收银员索取新的二维码',
  merchant: '收款方',
  item: '商品',
  paidAt: '付款时间',
  tradeNo: '交易号',
  refundedSum: '已退款',
};

const en: typeof zh = {
  title: 'Pay',
  app: 'Simulated Alipay',
  noMoney: 'For testing only: no real money moves',
  otherLang: '中文',
  scan: 'Scan this code',
  scanAgain: 'Scan again',
  pay: 'Pay now',
  giveUp: 'Give up',
  left: 'You left; the payment still waits.',
  paid: 'Payment successful',
  refunded: 'Fully refunded',
  closed: 'This payment is closed',
  expired: 'This code has expired',
  unknown: 'Unknown code',
  askForCode: 'Ask the cashier for a new code',
  merchant: 'Merchant',
  item: 'Item',
  paidAt: 'Paid at',
  tradeNo: 'Trade no.',
  refundedSum: 'Refunded',
};

/** What the guest's phone says. */
export const PHONE_TEXTS: Record<PhoneLang, typeof zh> = { zh, en };

/**
 * How the page speaks: as its switch was left (`?lang=`), else the language the browser asks for
 * first. `suffix`: what keeps the choice in the page's own addresses.
 */
export interface PhoneSpeech {
  readonly lang: PhoneLang;
  readonly suffix: '' | '?lang=zh' | '?lang=en';
}

/** Reads it from the address and the header `Accept-Language`. */
export function phoneSpeech(asked: string | null, languages: string | undefined): PhoneSpeech {
  if (asked === 'zh' || asked === 'en') return { lang: asked, suffix: `?lang=${asked}` };
  return { lang: /^\s*en\b/i.test(languages ?? '') ? 'en' : 'zh', suffix: '' };
}
