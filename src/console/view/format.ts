import { billTypesText } from '../../domain/access/key-rules';
import type { Reach } from '../../domain/access/key-rules';
import { BILL_TYPE_NAMES } from '../../domain/bill';
import type { BillType } from '../../domain/bill';
import { chinaTime } from '../../domain/china-time';
import { formatYuan } from '../../domain/money';
import type { Fen } from '../../domain/money';
import type { Lang } from './look';

/** Yuan as people read it: `¥12,345.60`. */
export function money(amount: Fen): string {
  const [whole = '', fraction = ''] = formatYuan(amount).split('.');
  return `¥${whole.replace(/\B(?=(?:\d{3})+$)/g, ',')}.${fraction}`;
}

/** China time to the second; a dash where there is none. */
export function time(atMs: number | null): string {
  return atMs === null ? '–' : chinaTime(atMs);
}

/** The name of a system in one language. */
export function systemName(billType: BillType, lang: Lang): string {
  return BILL_TYPE_NAMES[billType][lang];
}

/** The systems of a key: all, or their names. */
export function systemNames(reach: Reach, lang: Lang): string {
  if (billTypesText(reach) === '*') return lang === 'zh' ? '全部系统' : 'all systems';
  return reach.billTypes.map((each) => systemName(each, lang)).join(lang === 'zh' ? '、' : ', ');
}

/** `3 s`, `2 min`, `5 h`, `4 d`: about how long. */
export function duration(ms: number, lang: Lang): string {
  const units: readonly [number, string, string][] = [
    [86_400_000, '天', 'd'],
    [3_600_000, '小时', 'h'],
    [60_000, '分钟', 'min'],
    [1_000, '秒', 's'],
  ];
  const [size, zh, en] = units.find(([each]) => ms >= each) ?? [1_000, '秒', 's'];
  return `${Math.floor(Math.max(0, ms) / size)} ${lang === 'zh' ? zh : en}`;
}
