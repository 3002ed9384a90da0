import type { Verdict } from '../../ops/doctor/finding';
import type { Lang } from '../view/look';

const zh = {
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

const en: typeof zh = {
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
export const DOCTOR_TEXTS: Record<Lang, typeof zh> = { zh, en };
