/** The languages a statement is written in. */
export const LANGUAGES = ['zh', 'en'] as const;

/** A language of a statement. */
export type Language = (typeof LANGUAGES)[number];

interface Words {
  readonly all: string;
  /** Of a line for each system. */
  readonly sums: readonly string[];
  /** Of a line for each movement. */
  readonly rows: readonly string[];
  readonly kinds: Readonly<Record<'payment' | 'refund', string>>;
  readonly notCompared: string;
  readonly differs: (count: number) => string;
  readonly agrees: string;
}

/** What a statement says, in each language. */
export const WORDS: Readonly<Record<Language, Words>> = {
  zh: {
    all: '合计',
    sums: [
      '日期',
      '系统',
      '支付笔数',
      '支付金额',
      '退款笔数',
      '退款金额',
      '净额',
      '服务费',
      '扣费后',
    ],
    rows: ['时间', '系统', '类型', '金额', '商户订单号', '支付宝交易号', '退款请求号', '收款记录'],
    kinds: { payment: '支付', refund: '退款' },
    notCompared: '尚未与支付宝账单核对',
    differs: (count) => `与支付宝账单有 ${count} 处差异`,
    agrees: '与支付宝账单一致',
  },
  en: {
    all: 'all',
    sums: [
      'date',
      'system',
      'payments',
      'paid',
      'refunds',
      'refunded',
      'net',
      'fees',
      'after fees',
    ],
    rows: ['time', 'system', 'kind', 'amount', 'our number', 'trade', 'refund number', 'receipt'],
    kinds: { payment: 'payment', refund: 'refund' },
    notCompared: "not compared with Alipay's bill yet",
    differs: (count) => `${count} differences with Alipay's bill`,
    agrees: "equal to Alipay's bill",
  },
};
