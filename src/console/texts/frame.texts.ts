import type { Role } from '../../domain/access/role';
import type { Lang } from '../view/look';

const zh = {
  product: '3Pay 支付网关',
  console: '控制台',
  skip: '跳到正文',
  menu: '页面',
  otherLang: 'English',
  otherLangTitle: 'Switch to English',
  theme: '外观',
  auto: '跟随系统',
  light: '浅色',
  dark: '深色',
  signOut: '退出登录',
  simulator: '模拟环境：不涉及真实资金',
  local: '未启用密钥：仅限本机查看，不能操作',
  readOnly: '仅可查看',
  busy: '处理中…',
  pages: {
    today: '今日',
    receipts: '收款单',
    alarms: '告警',
    refunds: '退款',
    callbacks: '回调',
    reconciliation: '对账',
    keys: '密钥',
    acts: '操作记录',
    doctor: '自检',
  },
  roles: {
    till: '收银',
    desk: '服务台',
    operator: '运维',
    viewer: '查看',
    monitor: '监控',
  } satisfies Record<Role, string>,
};

const en: typeof zh = {
  product: '3Pay Gateway',
  console: 'Console',
  skip: 'Skip to content',
  menu: 'Pages',
  otherLang: '中文',
  otherLangTitle: '切换到中文',
  theme: 'Appearance',
  auto: 'System',
  light: 'Light',
  dark: 'Dark',
  signOut: 'Sign out',
  simulator: 'Simulated Alipay: no real money moves',
  local: 'No keys are asked for: for looking, on this machine alone',
  readOnly: 'read only',
  busy: 'Working…',
  pages: {
    today: 'Today',
    receipts: 'Receipts',
    alarms: 'Alarms',
    refunds: 'Refunds',
    callbacks: 'Callbacks',
    reconciliation: 'Reconciliation',
    keys: 'Keys',
    acts: 'Log of acts',
    doctor: 'Doctor',
  },
  roles: {
    till: 'till',
    desk: 'desk',
    operator: 'operator',
    viewer: 'viewer',
    monitor: 'monitor',
  },
};

/** What stands around every page. */
export const FRAME_TEXTS: Record<Lang, typeof zh> = { zh, en };
