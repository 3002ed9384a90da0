import { fen } from '../../domain/money';
import { parseChinaTime } from '../../domain/china-time';
import { BillAnswer, Bills } from '../bill/bills';
import { Plant, PLANTS } from '../bill/plants';
import { HttpRefusal } from '../http';
import { ControlRequest, isWhole, Route } from './control';

const PATH = /^\/sim\/bills\/([^/]+)$/;
const LINK = /^\/sim\/bills\/([^/]+)\/link$/;
const DAY_MS = 86_400_000;
const MOST_FEN = 10_000_000_000;
const OF_A_ROW = ['dropRow', 'changeFen', 'changeTradeNo', 'doubleTrade', 'moveRow'];

/** Why a day has no bill now, as the control API calls it. */
export const NO_BILL: Readonly<Record<Exclude<BillAnswer['kind'], 'link'>, string>> = {
  noDay: 'DAY_NOT_OVER',
  tooOld: 'TOO_OLD',
  late: 'NOT_READY',
  noData: 'NO_DATA',
};

/** The bill of a day: what is wrong with it, and a link to it. */
export function billRoutes(bills: Bills): Route[] {
  const shown = (date: string) => ({ date, plants: bills.plants(date) });
  const plant = async (request: ControlRequest) => {
    const date = dateOf(request.parts);
    bills.plant(date, plantOf(await request.json()));
    return shown(date);
  };
  const link = (date: string) => {
    const { kind, ...bill } = bills.ask(date);
    if (kind !== 'link') throw new HttpRefusal(409, NO_BILL[kind], 'there is no bill to be had');
    return { date, ...bill };
  };
  const withdraw = (date: string) => ({ deleted: bills.withdraw(date) });
  return [
    ['GET', PATH, ({ parts }) => shown(dateOf(parts))],
    ['POST', PATH, plant],
    ['DELETE', PATH, ({ parts }) => withdraw(dateOf(parts))],
    ['POST', LINK, ({ parts }) => link(dateOf(parts))],
  ];
}

function dateOf([date = '']: readonly string[]): string {
  if (parseChinaTime(`${date} 00:00:00`) !== null) return date;
  throw new HttpRefusal(400, 'BAD_DATE', 'a day is yyyy-MM-dd');
}

function plantOf(body: Readonly<Record<string, unknown>>): Plant {
  const { outTradeNo = '', row = 'payment', fen: amount = 1, other = '', byMs = 0 } = body;
  const plant = PLANTS.find((one) => one === body['plant']);
  if (plant === undefined) throw badPlant(`plant is one of ${PLANTS.join(', ')}`);
  if (row !== 'payment' && row !== 'refund') throw badPlant('row is payment or refund');
  if (!isWhole(amount, -MOST_FEN, MOST_FEN) || amount === 0)
    throw badPlant('fen is a whole number');
  if (!isWhole(byMs, -DAY_MS, DAY_MS)) throw badPlant('byMs is a whole number, at most a day');
  if (typeof outTradeNo !== 'string' || typeof other !== 'string') {
    throw badPlant('outTradeNo and other are text');
  }
  if (OF_A_ROW.includes(plant) && outTradeNo === '') throw badPlant(`${plant} takes an outTradeNo`);
  if (plant === 'doubleTrade' && other === '') throw badPlant('doubleTrade takes another number');
  if (plant === 'foreignRow' && amount < 0) throw badPlant('foreignRow takes an amount');
  return { plant, outTradeNo, row, fen: fen(amount), other, byMs };
}

function badPlant(message: string): HttpRefusal {
  return new HttpRefusal(400, 'BAD_PLANT', message);
}
