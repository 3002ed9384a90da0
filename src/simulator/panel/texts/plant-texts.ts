import { PlantKind } from '../../bill/plants';
import { Words } from '../look';

/** What is wrong with a bill. */
export const PLANT_WORDS: Readonly<Record<PlantKind, Words>> = {
  dropRow: ['少一行', 'lacks a row'],
  changeFen: ['一行的金额多 fen 分', 'has fen more in a row'],
  changeTradeNo: ['一行的交易号不同', 'has another trade number in a row'],
  doubleTrade: ['一行用了 other 的交易号', 'has the trade of other in this row'],
  moveRow: ['一行晚 byMs 毫秒', 'says a row was byMs later'],
  foreignRow: ['多一笔别的程序的付款', 'has a payment of another program'],
  wrongTrailer: ['明细末尾的笔数多一', 'counts one too many at the end'],
  wrongSummary: ['汇总的笔数多一', 'counts one too many in its summary'],
  wrongNet: ['净额少一分', 'leaves a fen less than the fees explain'],
  wrongAccount: ['属于别的账户', 'is another account’s'],
  wrongDay: ['是前一天的', 'is of the day before'],
  cutFile: ['缺最后三分之一', 'lacks its last third'],
  late: ['还没有：isp.bill_not_exist', 'is not there yet: isp.bill_not_exist'],
  noData: ['没有数据：NO_BILL_DATA', 'has no data: NO_BILL_DATA'],
};
