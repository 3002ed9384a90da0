/** What an answer means that tells nothing of the money, and what is said of it. */
import { showNote } from '../show/stage.js';
import { both } from '../show/words.js';

/** A call with these may have taken effect: the very same call is made again. */
export const UNDECIDED = [null, 0, 1, 50000, 50300];
/** With these this call did nothing; what an earlier one did stays as unknown as it was. */
export const BUSY = [42900, 50301];
/** The key is wrong or being changed. Of a call before it this tells nothing. */
export const NOT_LET_IN = [40100, 40300];

/** The moves that belong to an errcode: to see to the key, where that is it. */
export function keyMoves(errcode) {
  return NOT_LET_IN.includes(errcode) ? ['key'] : [];
}

const WORDS = {
  none: ['连接中断，正在重试。', 'No connection: trying again.'],
  busy: ['服务繁忙，稍后再次查询。', 'Busy: asking again soon.'],
  fault: ['服务出错，正在再次查询。', 'The service has a fault: asking again.'],
};

/** Says what hinders the till. The clerk may see to the key where that is it. */
export function showHindrance({ errcode, errmsg }) {
  const [zh, en] = both(errmsg);
  if (errcode === null) showNote(...WORDS.none);
  else if (errcode === 1) showNote(`正在再次查询：${zh}`, `Asking again: ${en}`);
  else if (BUSY.includes(errcode)) showNote(...WORDS.busy);
  else if (errcode >= 50000) showNote(...WORDS.fault);
  else {
    showNote(
      `查询被拒绝，仍在查询：${zh}。请记下单号并联系管理人员。`,
      `Refused, still asking: ${en}. Note the numbers and ask the office.`,
      keyMoves(errcode),
    );
  }
}
