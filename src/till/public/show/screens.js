/** What the stage can show: words in Chinese and English, a picture, and the clerk's moves. */

/**
 * Every screen. `back` and `fresh` leave the bill, so no screen has them on which money may be on
 * its way. The first move is the one to be expected. Cancel is offered beside them, by `watch.js`.
 */
export const SCREENS = {
  idle: { words: ['准备收款', 'Ready to collect'], art: 'idle', actions: [] },
  asking: { words: ['正在获取二维码', 'Getting the code'], art: 'busy', actions: [] },
  charging: { words: ['正在扣款', 'Charging the guest’s code'], art: 'busy', actions: [] },
  busy: { words: ['服务繁忙，请稍候', 'Busy: it goes on by itself'], art: 'busy', actions: [] },
  undecided: {
    words: ['暂时没有结果，正在重试', 'No outcome yet: trying again with the same values'],
    art: 'mark',
    actions: ['retry'],
  },
  settling: {
    words: ['正在核实刚才的扣款', 'Finding out what became of the charge'],
    art: 'busy',
    actions: [],
  },
  notCharged: { words: ['没有扣款', 'Nothing was charged'], art: 'cross', actions: ['back'] },
  refused: { words: ['不能收款', 'Cannot collect'], art: 'cross', actions: ['back'] },
  querying: { words: ['正在查询', 'Asking how it stands'], art: 'busy', actions: [] },
  cancelling: { words: ['正在撤销', 'Cancelling'], art: 'busy', actions: [] },
  lost: {
    words: ['找不到此单先前的收款', 'The last receipt of this bill is not known any more'],
    art: 'mark',
    actions: ['back', 'further'],
  },
  NOTPAY: { words: ['等待扫码', 'Waiting for the guest to scan'], art: 'qr', actions: [] },
  USERPAYING: {
    words: ['等待输入密码', 'The guest is entering the password'],
    art: 'phone',
    actions: [],
  },
  SUCCESS: { words: ['支付成功', 'Paid'], art: 'tick', actions: ['fresh'] },
  CLOSED: {
    words: ['交易已关闭', 'Closed, not paid'],
    art: 'cross',
    actions: ['back', 'fresh'],
  },
  REVOKED: { words: ['已撤销', 'Cancelled, not paid'], art: 'cross', actions: ['fresh', 'back'] },
  REFUND: {
    words: ['已退款', 'Refunded, or on its way back'],
    art: 'back',
    actions: ['fresh', 'ask'],
  },
  PAYERROR: { words: ['支付失败', 'Payment refused'], art: 'cross', actions: ['back', 'fresh'] },
};

/** Moves that are never the one to be expected. */
export const ASIDE = ['cancel', 'further', 'leave', 'key'];

/** The texts of `paystatusdesc` in English. */
const DESCRIPTIONS = {
  支付成功: 'Paid',
  交易已关闭: 'Closed, not paid',
  二维码已过期: 'The code has expired, not paid',
  已撤销: 'Cancelled, not paid',
  退款中: 'The money is going back',
  部分退款: 'Refunded in part',
  已退款: 'Refunded',
  支付失败: 'Payment refused',
};

/** The title of a state: in the words of the answer where its end is told. */
export function titleOf(paystatus, description) {
  const { words } = SCREENS[paystatus];
  if (!isFinal(paystatus) || !description) return words;
  return [description, DESCRIPTIONS[description] ?? words[1]];
}

const BILL_STATUS = {
  0: ['未收款', 'nothing collected'],
  2: ['部分退款', 'partly refunded'],
  3: ['已收款', 'collected'],
  4: ['已退款', 'wholly refunded'],
};

/** What `billstatus` means. */
export function billStatusOf(billstatus) {
  return BILL_STATUS[billstatus] ?? [String(billstatus ?? '')];
}

/** What is said beside the end of a receipt that was not collected just now. */
export const REMARKS = {
  before: ['此单先前已支付，本次没有再收款。', 'Paid before: nothing was collected this time.'],
  doubt: [
    '此单已支付一次；请核对金额，不要重复收款。',
    'This bill is paid once: compare the amount, and do not collect again.',
  ],
  looked: ['查看的收款，本次没有收款。', 'A receipt looked up: nothing was collected now.'],
};

/** What is said beside a state whose money may yet move. */
export const ADVICE = {
  退款中: ['款项原路退回，请勿另退现金。', 'It goes back the way it came. Give no cash.'],
};

/** Is this a state after which nothing more is asked? */
export function isFinal(paystatus) {
  return ['SUCCESS', 'CLOSED', 'REVOKED', 'REFUND', 'PAYERROR'].includes(paystatus);
}
