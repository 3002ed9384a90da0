import type { Verdict } from '../../ops/doctor/finding';
import type { Lang } from '../view/look';

const actsZh = {
  title: '操作记录',
  lead: '控制台与命令行上的每一次操作，在执行之前写入。',
  when: '时间',
  who: '操作人',
  what: '操作',
  to: '对象',
  detail: '说明',
  none: '还没有任何操作。',
  older: '更早的操作',
  kinds: {
    signIn: '登录',
    signOut: '退出',
    makeKey: '新建密钥',
    revokeKey: '吊销密钥',
    refresh: '立即查询',
    refund: '退款',
    cancel: '撤销',
    resend: '重发回调',
    closeAlarm: '关闭告警',
    takeDay: '重新对账',
    withdraw: '撤回退款',
    leaveOwed: '暂不退回重复支付',
    takeFile: '用账单文件对账',
  } as Record<string, string>,
};

const actsEn: typeof actsZh = {
  title: 'Log of acts',
  lead: 'Everything done at the console and by command, written down before it is done.',
  when: 'Time',
  who: 'Who',
  what: 'What',
  to: 'To what',
  detail: 'Detail',
  none: 'Nothing has been done yet.',
  older: 'Older ones',
  kinds: {
    signIn: 'signed in',
    signOut: 'signed out',
    makeKey: 'made a key',
    revokeKey: 'revoked a key',
    refresh: 'asked Alipay',
    refund: 'refunded',
    cancel: 'cancelled',
    resend: 'resent callbacks',
    closeAlarm: 'closed an alarm',
    takeDay: 'compared a day again',
    withdraw: 'withdrew a refund',
    leaveOwed: 'left a duplicate',
    takeFile: 'compared a day with a file',
  },
};

/** The log of acts. */
export const ACTS_TEXTS: Record<Lang, typeof actsZh> = { zh: actsZh, en: actsEn };

const doctorZh = {
  title: '自检',
  lead: '与命令 npm run doctor 相同的检查，刚刚完成。结果以英文给出。',
  check: '检查',
  result: '结果',
  found: '发现',
  advice: '如何处理',
  again: '再查一次',
  fit: '可以收款',
  unfit: '不能收款',
  verdicts: { ok: '正常', warn: '注意', fail: '失败', skip: '未检查' } satisfies Record<
    Verdict,
    string
  >,
};

const doctorEn: typeof doctorZh = {
  title: 'Doctor',
  lead: 'What npm run doctor looks at, looked at just now.',
  check: 'Check',
  result: 'Result',
  found: 'Found',
  advice: 'What to do',
  again: 'Look again',
  fit: 'Fit to take money',
  unfit: 'Not fit to take money',
  verdicts: { ok: 'ok', warn: 'warning', fail: 'failed', skip: 'not checked' },
};

/** The page of the doctor. */
export const DOCTOR_TEXTS: Record<Lang, typeof doctorZh> = { zh: doctorZh, en: doctorEn };
