import type { Fen } from '../../domain/money';
import type { Lang } from './look';

const DIGITS = '零壹贰叁肆伍陆柒捌玖';
const PLACES = ['', '拾', '佰', '仟'];
const GROUPS = ['', '万', '亿'];

const ONES = [
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'],
  ...['eleven', 'twelve', 'thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen'],
  'nineteen',
];
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const SCALES: readonly [size: number, name: string][] = [
  [1_000_000_000, 'billion'],
  [1_000_000, 'million'],
  [1_000, 'thousand'],
];

/** An amount in words, as on a cheque: who confirms it reads it once more in another way. */
export function amountInWords(amount: Fen, lang: Lang): string {
  const [yuan, fen] = [Math.floor(amount / 100), amount % 100];
  if (lang === 'zh') return chineseYuan(yuan, fen);
  const cents = fen === 0 ? '' : ` and ${english(fen)} fen`;
  return `${english(yuan)} yuan${cents}`;
}

function chineseYuan(yuan: number, fen: number): string {
  const [jiao, rest] = [Math.floor(fen / 10), fen % 10];
  const whole = yuan === 0 ? '' : `${chinese(yuan)}元`;
  if (fen === 0) return `${whole || '零元'}整`;
  const gap = jiao === 0 && whole !== '' ? '零' : '';
  const tenths = jiao === 0 ? gap : `${DIGITS[jiao]}角`;
  return `${whole}${tenths}${rest === 0 ? '整' : `${DIGITS[rest]}分`}`;
}

/** Groups of four digits; zeros between digits are said once, at the end of a group never. */
function chinese(value: number): string {
  let text = '';
  let isGap = false;
  const digits = String(value);
  for (let at = 0; at < digits.length; at += 1) {
    const place = digits.length - 1 - at;
    const digit = Number(digits[at]);
    if (digit === 0) isGap = text !== '';
    else {
      text += `${isGap ? '零' : ''}${DIGITS[digit]}${PLACES[place % 4]}`;
      isGap = false;
    }
    const group = digits.slice(Math.max(0, at - 3), at + 1);
    if (place % 4 === 0 && place > 0 && /[1-9]/.test(group)) text += GROUPS[place / 4] ?? '';
  }
  return text;
}

function english(value: number): string {
  if (value < 20) return ONES[value] ?? '';
  if (value < 100) {
    const rest = value % 10;
    const ten = TENS[Math.floor(value / 10) - 2] ?? '';
    return rest === 0 ? ten : `${ten}-${english(rest)}`;
  }
  if (value < 1_000) return joined(Math.floor(value / 100), 'hundred', value % 100);
  const [size, name] = SCALES.find(([each]) => value >= each) ?? [1_000, 'thousand'];
  return joined(Math.floor(value / size), name, value % size);
}

function joined(count: number, name: string, rest: number): string {
  const head = `${english(count)} ${name}`;
  return rest === 0 ? head : `${head} ${english(rest)}`;
}
