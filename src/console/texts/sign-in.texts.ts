import type { Lang } from '../view/look';

const zh = {
  title: '登录',
  lead: '请使用角色为 operator 或 viewer 的密钥登录。',
  key: '密钥',
  show: '以 3pay_ 开头',
  submit: '登录',
  wrong: '此密钥不能打开控制台。',
  tooOften: '尝试次数过多，请一分钟后再试。',
  unavailable: '暂时无法读取账本，请稍后再试。',
  about: '登录保持 12 小时；退出登录或密钥被吊销后立即失效。',
};

const en: typeof zh = {
  title: 'Sign in',
  lead: 'Sign in with a key of the role operator or viewer.',
  key: 'Key',
  show: 'begins with 3pay_',
  submit: 'Sign in',
  wrong: 'This key does not open the console.',
  tooOften: 'Too many attempts. Try again in a minute.',
  unavailable: 'The books cannot be read now. Try again soon.',
  about: 'You stay signed in for 12 hours, until you sign out or the key is revoked.',
};

/** The page to sign in at. */
export const SIGN_IN_TEXTS: Record<Lang, typeof zh> = { zh, en };
