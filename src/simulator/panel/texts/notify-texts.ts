import { NotifyEvent, Tampering } from '../../notify/notify-form';
import { Words } from '../look';

/** What a notify tells of. */
export const EVENTS: Readonly<Record<NotifyEvent, Words>> = {
  waiting: ['已扫码，等待付款', 'scanned, waiting'],
  paid: ['已付款', 'paid'],
  closed: ['未付款已关闭', 'closed without payment'],
  finished: ['交易完结', 'finished'],
  refunded: ['已退款', 'refunded'],
};

/** Ways to spoil a notify. */
export const TAMPERINGS: Readonly<Record<Tampering, Words>> = {
  amount_after_signing: ['签名后改了金额', 'its amount changed after it was signed'],
  wrong_amount: ['别的金额，签名有效', 'another amount, truly signed'],
  bad_sign: ['签名属于别的内容', 'a signature of other bytes'],
  no_sign: ['没有签名', 'no signature'],
  sign_type_rsa: ['用 SHA-1 签名', 'signed with SHA-1'],
  no_sign_type: ['没有 sign_type', 'no sign_type'],
  repeated_key: ['金额出现两次', 'its amount stands there twice'],
  foreign_app_id: ['别的应用，签名有效', 'another app, truly signed'],
  foreign_seller_id: ['别的商家，签名有效', 'another seller, truly signed'],
  unknown_number: ['未知单号，签名有效', 'a number nobody knows, truly signed'],
};
