import { BILL_TYPES } from '../domain/bill';
import { fen } from '../domain/money';
import { BEFORE_ALL, everythingOf } from '../domain/reading/receipt-search';
import { LONGEST_CURSOR, cursorOf, placeOf } from './cursor';

const SEARCH = everythingOf(BILL_TYPES);
const PLACE = { atMs: 1_795_320_000_123, id: 1_000_007 };
const CURSOR = cursorOf(SEARCH, PLACE);

it.each([PLACE, { atMs: 0, id: 1 }, BEFORE_ALL])('brings a place back: %j', (place) => {
  const cursor = cursorOf(SEARCH, place);
  expect(placeOf(SEARCH, cursor)).toEqual(place);
  expect(cursor.length).toBeLessThanOrEqual(LONGEST_CURSOR);
});

it.each([
  { amount: fen(1) },
  { billTypes: ['1'] as const },
  { billNo: '' },
  { paid: { fromMs: 1, untilMs: null } },
  { begun: { fromMs: null, untilMs: 1 } },
])('belongs to its search, and not to one with %j', (changes) => {
  expect(placeOf({ ...SEARCH, ...changes }, CURSOR)).toBeNull();
});

const [at = '', id = '', digest = ''] = CURSOR.split('.');
it.each([
  '',
  'x',
  `${at}.${id}`,
  `${at}.${id}.${digest}0`,
  `${at}.${id}.${digest.toUpperCase()}`,
  `0${at}.${id}.${digest}`,
  `${at}.-1.${digest}`,
  `zzzzzzzzzzz.${id}.${digest}`,
  `${at}.zzzzzzzzzzz.${digest}`,
  `${CURSOR}\n`,
  ` ${CURSOR}`,
  `${at}.${id}.${'0'.repeat(16)}`,
])('is not %j', (cursor) => {
  if (cursor === CURSOR) throw new Error('that is it');
  expect(placeOf(SEARCH, cursor)).toBeNull();
});
