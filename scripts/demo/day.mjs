// What is sold on a day, as plain data: when, by which system, for how much, and what becomes of it.

export const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const CHINA_MS = 8 * HOUR_MS;
const OPENS_MS = 8 * HOUR_MS;
const SHUTS_MS = 21.5 * HOUR_MS;
/** Alipay's bill of a day is there from 09:00 of the next one on. */
const BILL_MS = 9.25 * HOUR_MS;

/** What the seven systems sell; the more often it stands here, the more is sold of it. Fen. */
const WARES = [
  ['1', 'T', '成人门票 × 2', 17_600],
  ['1', 'T', '成人门票', 8_800],
  ['1', 'T', '家庭套票', 22_800],
  ['1', 'T', '学生门票 × 3', 13_200],
  ['1', 'T', '观光夜票', 6_800],
  ['2', 'P', '茶馆：龙井一壶', 6_800],
  ['2', 'P', '餐厅：套餐', 12_550],
  ['2', 'P', '咖啡 × 2', 5_600],
  ['3', 'R', '电瓶车租赁 半天', 18_000],
  ['4', 'S', '景区摆渡车票 × 2', 4_000],
  ['4', 'S', '摆渡车票', 2_000],
  ['5', 'E', '雨伞与手杖租赁', 3_000],
  ['6', 'C', '特产：茶叶礼盒', 19_900],
  ['6', 'C', '矿泉水', 300],
  ['7', 'K', '储值卡充值', 20_000],
];

/** Start of the China day, epoch ms. */
export function dayOf(atMs) {
  return Math.floor((atMs + CHINA_MS) / DAY_MS) * DAY_MS - CHINA_MS;
}

/** `yyyy-MM-dd` in China. */
export function dateOf(atMs) {
  return new Date(atMs + CHINA_MS).toISOString().slice(0, 10);
}

/**
 * The days of the demo, in their order: the same weekday a week before, which today is drawn beside,
 * then up to today. `billed` is the latest one whose bill Alipay has by now.
 */
export function daysUntil(nowMs) {
  const today = dayOf(nowMs);
  const billed = nowMs - today >= BILL_MS ? today - DAY_MS : today - 2 * DAY_MS;
  const yesterday = today - DAY_MS;
  const days = new Set([today - 7 * DAY_MS, billed, yesterday, today]);
  return { days: [...days].sort((a, b) => a - b), billed, yesterday };
}

/** The same numbers at each run. Source: mulberry32. */
function fractions(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * `count` sales of a day, each system at least once, in the order of their times; those of today are
 * over by `nowMs`. `way`: `code`, `walksAway` (the clerk cancels), `charge`, `refused`.
 */
export function salesOf(day, count, nowMs) {
  const fraction = fractions(day / 1000);
  const isToday = nowMs - day < DAY_MS;
  const untilMs = isToday ? nowMs - day - 5 * 60_000 : SHUTS_MS;
  // Early in the morning nothing is open yet: then it is the hotel and its bar since midnight.
  const fromMs = untilMs > OPENS_MS + HOUR_MS ? OPENS_MS : 0;
  const sales = [];
  for (let i = 0; i < count; i += 1) {
    // Guests come before noon and after lunch rather than evenly.
    const spread = (fraction() + fraction()) / 2;
    const ware = i < 7 ? WARES.find(([type]) => type === String(i + 1)) : pick(WARES, fraction());
    const [billType, letter, body, fen] = ware;
    const chance = fraction();
    const charges = (billType === '2' || billType === '6') && chance < 0.5;
    sales.push({
      ...{ billType, body, fen, number: i + 1 },
      billNo: `${letter}${dateOf(day).slice(5).replace('-', '')}${String(i + 1).padStart(3, '0')}`,
      cardNo: billType === '7' ? `C${8_000 + Math.floor(fraction() * 40)}` : undefined,
      atMs: day + fromMs + Math.floor(spread * Math.max(0, untilMs - fromMs)),
      looksMs: 4_000 + Math.floor(fraction() * 12_000),
      paysMs: 5_000 + Math.floor(fraction() * 35_000),
      way: wayOf(i, charges, chance),
    });
  }
  return sales.sort((a, b) => a.atMs - b.atMs);
}

/** Every day a guest walks away, and a charge is refused. */
function wayOf(i, charges, chance) {
  const fails = i === 7 || i === 8 || (i > 8 && chance > 0.93);
  if (i === 8 || charges) return fails ? 'refused' : 'charge';
  return fails ? 'walksAway' : 'code';
}

function pick(list, fraction) {
  return list[Math.floor(fraction * list.length)];
}
