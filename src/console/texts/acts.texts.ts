import type { Lang } from '../view/look';

const zh = {
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
  } as Record<string, string>,
};

const en: typeof zh = {
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
  },
};

/** The log of acts. */
export const ACTS_TEXTS: Record<Lang, typeof zh> = { zh, en };
