/** Receipts of today by anything that stands on a slip, by the read API with the till's key. */
import { readYuan } from '../bill/amount.js';
import { search } from '../service/api.js';
import { chinaDay } from '../service/server-clock.js';

/** So many are shown. */
export const MOST = 50;

/** Everything a text may be: which it is decides what is found. */
function meaningsOf(text) {
  if (!text) return [{}];
  const yuan = readYuan(text.replace(/^¥/, '').replaceAll(',', ''));
  return [
    { outtradeno: text },
    { tradeno: text },
    ...(text.length <= 36 ? [{ autoid: text }] : []),
    ...(text.length <= 20 ? [{ billnum: text }, { cardno: text }] : []),
    ...(yuan.ok ? [{ paymentvalue: yuan.yuan }] : []),
  ];
}

/** What was begun today, newest first, or the answer that says why it cannot be told. */
export async function findToday(text) {
  const begunfrom = `${chinaDay()} 00:00:00`;
  const meanings = meaningsOf(text).map((meaning) => ({ ...meaning, begunfrom }));
  const answers = await Promise.all(meanings.map((each) => search(each, MOST)));
  const failed = answers.find(({ errcode }) => errcode !== 0);
  if (failed) return failed;
  const byId = new Map(answers.flatMap(({ receipts }) => receipts).map((each) => [each.id, each]));
  const receipts = [...byId.values()].sort((one, other) => other.id - one.id);
  return { ...answers[0], receipts: receipts.slice(0, MOST), isCut: receipts.length >= MOST };
}
