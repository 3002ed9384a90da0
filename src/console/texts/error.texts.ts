import type { Lang } from '../view/look';

const zh = {
  title: '无法完成',
  forbidden: '您的密钥没有此权限，或该表单并非由本页面在本次登录中给出。没有执行任何操作。',
  code: '错误码',
  back: '返回',
};

const en: typeof zh = {
  title: 'That cannot be done',
  forbidden:
    'Your key may not do this, or the form was not shown by a page of this session. ' +
    'Nothing was done.',
  code: 'errcode',
  back: 'Back',
};

/** A page that says why there is no other. */
export const ERROR_TEXTS: Record<Lang, typeof zh> = { zh, en };
