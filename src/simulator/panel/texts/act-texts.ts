import { ActName } from '../acts';
import { Words } from '../look';

/** What an act has done. */
export const DONE: Readonly<Record<ActName, Words>> = {
  scan: ['顾客已扫码', 'The guest has scanned'],
  pay: ['顾客已付款', 'The guest has paid'],
  giveup: ['顾客已离开，交易仍在等待', 'The guest has left; the trade still waits'],
  refund: ['已在商家后台退款', 'Refunded in the merchant’s portal'],
  'order-fault': ['故障已安排', 'The fault is on order'],
  'clear-faults': ['全部故障已撤回', 'All faults are withdrawn'],
  'move-clock': ['时钟已拨动', 'The clock has moved'],
  'reset-clock': ['时钟已回到真实时间', 'The clock is back at the real time'],
  'notifies-on': ['自动通知已开启', 'Notifies are on'],
  'notifies-off': ['自动通知已关闭', 'Notifies are off'],
  'send-notify': ['已发送，对方回答：', 'Sent; the receiver answered:'],
  plant: ['差错已埋入账单', 'The difference is in the bill'],
  'clear-plants': ['该日差错已撤回', 'The differences of the day are withdrawn'],
};

/** Why the control API did not do it, by its code. */
export const REFUSED: Readonly<Record<string, Words>> = {
  CODE_EXPIRED: ['二维码已过期', 'The code has expired'],
  CANCELLED: ['扫码前已撤销', 'The code was cancelled before anybody scanned it'],
  CLOSED: ['交易已关闭', 'The trade is closed'],
  ALREADY_PAID: ['交易已付款', 'The trade is already paid'],
  NOT_SCANNED: ['还没有人扫码', 'Nobody has scanned the code yet'],
  BUYER_LEFT: ['顾客已离开，请先重新扫码', 'The guest has left: scan again first'],
  NOT_PAID: ['该单号没有付款', 'Nothing was paid under this number'],
  FINISHED: ['交易已完结，退款期已过', 'The trade is finished: the time for refunds is over'],
  TOO_MUCH: ['超过可退金额', 'That is more than is left of the trade'],
  BAD_AMOUNT: ['金额以元为单位，如 3.50', 'An amount is yuan, such as 3.50'],
  NO_SUCH_TRADE: ['没有这个商户单号', 'There is no such number'],
  NO_NOTIFY_URL: ['该订单没有 notify_url', 'The order came without a notify_url'],
  UNTRUE: ['此事没有发生，支付宝从不说谎', 'That has not happened, and Alipay never lies'],
  BAD_FAULT: ['故障的选项填写有误', 'An option of the fault is not as it must be'],
  BAD_NOTIFY: ['通知的选项填写有误', 'An option of the notify is not as it must be'],
  BAD_CLOCK: [
    '时间偏移须为整数毫秒，十年以内',
    'The offset is whole milliseconds, at most ten years',
  ],
  BAD_DATE: ['日期格式为 yyyy-MM-dd', 'A day is yyyy-MM-dd'],
  BAD_PLANT: ['账单差错的选项填写有误', 'An option of the difference is not as it must be'],
  DAY_NOT_OVER: ['当日尚未结束，没有账单', 'The day is not over: it has no bill'],
  TOO_OLD: ['日期太早，没有账单', 'That is too long ago: there is no bill'],
  NOT_READY: ['账单次日 09:00 后才有', 'The bill is there from 09:00 of the next day on'],
  NO_DATA: ['支付宝回答没有账单数据', 'Alipay says that it has no bill of the day'],
};

/** For a code that the table lacks. */
export const REFUSED_OTHERWISE: Words = ['未能完成', 'That could not be done'];
