import type { AlarmKind } from '../../domain/ports/alarm';
import type { AlarmStep } from '../desks/alarm-steps';
import type { Lang } from '../view/look';

type Help = readonly [what: string, todo: string];

const zh = {
  title: '告警',
  lead: '需要人工处理的事项。处理后请写明情况并关闭；同一事项再次发生会产生新的告警。',
  none: '没有未关闭的告警。',
  what: '事项',
  todo: '如何处理',
  since: '自',
  receipt: '收款单',
  steps: {
    ask: '重新入账（向支付宝查询）…',
    cancel: '全部退回…',
    refund: '退款…',
    release: '释放…',
    refunds: '查看退款',
    callbacks: '查看回调',
    day: '重新对账…',
    file: '使用账单文件…',
    days: '查看对账',
    doctor: '自检',
  } satisfies Record<AlarmStep, string>,
  close: '关闭…',
  confirmClose: '关闭此告警？',
  note: '处理情况',
  noteHint: '必填，最多 400 字',
  closeIt: '关闭告警',
  cancel: '取消',
  gone: '此告警已被关闭，或不属于您的系统。',
  needsNote: '请填写处理情况。',
  back: '返回',
  done: '告警已关闭。',
  subject: '对象',
  detail: '说明',
};

const en: typeof zh = {
  title: 'Alarms',
  lead:
    'What needs a human. Close an alarm with a note once it is dealt with; the same thing raises ' +
    'a new one when it happens again.',
  none: 'No alarm is open.',
  what: 'What',
  todo: 'What to do',
  since: 'since',
  receipt: 'Receipt',
  steps: {
    ask: 'Book again: ask Alipay…',
    cancel: 'Give all of it back…',
    refund: 'Refund…',
    release: 'Release…',
    refunds: 'See the refunds',
    callbacks: 'See the callbacks',
    day: 'Compare the day again…',
    file: 'Take a file…',
    days: 'See the days',
    doctor: 'Doctor',
  },
  close: 'Close…',
  confirmClose: 'Close this alarm?',
  note: 'What was found and done',
  noteHint: 'needed, at most 400 characters',
  closeIt: 'Close the alarm',
  cancel: 'Not now',
  gone: 'This alarm is closed, or not one of your systems.',
  needsNote: 'Write what was found and done.',
  back: 'Back',
  done: 'The alarm is closed.',
  subject: 'About',
  detail: 'Detail',
};

/** The page of the alarms. */
export const ALARMS_TEXTS: Record<Lang, typeof zh> = { zh, en };

const zhHelp: Record<AlarmKind, Help> = {
  amountMismatch: [
    '支付宝金额与收款单不一致',
    '未入账。在支付宝商家后台核对并在那里全额退款，然后释放',
  ],
  tradeNoMismatch: ['一张收款单出现两个交易号，或一个交易号属于两张', '以第一个为准；与支付宝核对'],
  tradeVanished: [
    '曾见过的交易在支付宝查不到了',
    '检查应用或网关是否配置错误；若无误，付款码到期三小时后可释放',
  ],
  refundUnproven: ['已入账的付款在支付宝显示关闭，但没有退款凭据', '账面不变；在商家后台核对'],
  payableAgain: ['已结束的收款单在支付宝仍可支付', '联系维护人员；若付款将按迟到款入账'],
  unverifiedAnswer: ['应答签名不符', '检查密钥、网关及中间网络'],
  endRefused: ['顾客已付款，但入账被拒绝', '查明日志中的原因；系统会继续重试'],
  undoRefused: ['支付宝最终拒绝撤销', '见运维手册；必要时改用退款'],
  refundWaits: ['商户账户余额不足，无法退款', '充值后自动继续；期间不要退现金'],
  foreignRefund: ['有款项被退回，但不是由本系统发起', '已入账；查明是谁操作，通常在商家后台'],
  unknownPayment: ['支付宝通知了一笔账本中没有的付款', '见运维手册'],
  booksRestored: ['账本比已告知外界的旧', '对所列日期逐日对账'],
  clockWrong: ['本机时钟与支付宝不一致', '校准时钟（NTP）'],
  cardShort: ['款项已退回，但储值卡余额不足', '与持卡人结清'],
  callbackGivenUp: ['有一个系统没有收到某个事件', '与该系统结清，然后在收款单页重发'],
  receiverFailing: ['一个系统一小时未接收任何回调', '检查其地址与服务；恢复后自动继续'],
  lateMoney: ['收款单结束后又收到付款', '已入账；交货或退款'],
  duplicatePayment: ['同一账单付了两次', '排队退回；核对后可在收款单页退款'],
  dayDiffers: ['某日账本与支付宝账单不一致', '逐条核对对账报告中的差异'],
  billMissing: ['支付宝没有给出某日账单', '查看日志中的原因；会再次下载'],
  billNotBelieved: ['某日账单文件不可信，未采用', '查看日志中的原因；与支付宝核对'],
  billChanged: ['已对过的某日账单后来变了', '重新对账并核对变化'],
};

const enHelp: Record<AlarmKind, Help> = {
  amountMismatch: [
    'Alipay holds another amount than the receipt',
    "Nothing is booked. Compare with Alipay's portal, refund all of it there, then release",
  ],
  tradeNoMismatch: [
    'A second trade number for a receipt, or one trade for two',
    'The first is kept; compare with Alipay',
  ],
  tradeVanished: [
    'A trade that was seen is unknown to Alipay now',
    'Wrong app or gateway? If not, release it three hours after the end of its code',
  ],
  refundUnproven: [
    'A booked payment is closed at Alipay without word of a refund',
    "It stays as booked; compare with Alipay's portal",
  ],
  payableAgain: [
    'A receipt that ended can be paid at Alipay',
    'Tell the maintainers; a payment would be booked as late money',
  ],
  unverifiedAnswer: [
    'An answer with a wrong or missing signature',
    'Check key, gateway and the network in between',
  ],
  endRefused: [
    'The guest paid, and the books of the system do not take it',
    'Find out why in the log; it is tried again',
  ],
  undoRefused: [
    'Alipay refuses a cancel for good',
    'See the operating guide; a refund may still be possible',
  ],
  refundWaits: [
    "The merchant's account holds too little to give back",
    'Top it up; the refund goes on by itself. No cash meanwhile',
  ],
  foreignRefund: [
    'Money went back that nobody asked for here',
    "It is booked; find out who did it, mostly in Alipay's portal",
  ],
  unknownPayment: ['Alipay tells of a payment that is not in the books', 'See the operating guide'],
  booksRestored: [
    'The books are older than what had been told from them',
    'Reconcile the days it names',
  ],
  clockWrong: ["This machine's clock and Alipay's differ", 'Set it right (NTP)'],
  cardShort: [
    'Money went back, and the card no longer holds it',
    'Settle it with the holder of the card',
  ],
  callbackGivenUp: [
    'A system was not told of an event',
    'Settle it with that system, then send again on the page of the receipt',
  ],
  receiverFailing: [
    'A system has taken no callback for an hour',
    'Check its address and service; it goes on by itself',
  ],
  lateMoney: ['Money came after the receipt had ended', 'It is booked; deliver or refund'],
  duplicatePayment: [
    'One bill was paid twice',
    'It is queued to go back; compare, and refund on the page of the receipt',
  ],
  dayDiffers: [
    "A day of the books and Alipay's bill differ",
    'Go through the differences of its report',
  ],
  billMissing: ['Alipay gives no bill of a day', 'See why in the log; it is fetched again'],
  billNotBelieved: [
    'The bill of a day is not believed, and was not taken',
    'See why in the log; compare with Alipay',
  ],
  billChanged: [
    'The bill of a day has changed after it was compared',
    'Compare the day again, and look at what changed',
  ],
};

/** What each kind of alarm means, and what to do about it. */
export const ALARM_HELP: Record<Lang, Record<AlarmKind, Help>> = { zh: zhHelp, en: enHelp };
