/** The right-hand side: what the till knows of the receipt, one screen per state. */
import qrcode from './qrcode.mjs';
import { showYuan } from './amount.js';

const byId = (id) => document.getElementById(id);

/** Puts words into an element: Chinese, then English in its own language. */
export function say(element, zh, en = '') {
  const english = document.createElement('span');
  english.lang = 'en';
  english.textContent = en;
  element.replaceChildren(...[zh, en && ' ', en && english].filter(Boolean));
}

/**
 * Every screen: its words, its picture, and what the clerk may do. `back` and `fresh` leave the
 * bill, so no screen has them on which money may be on its way.
 */
const SCREENS = {
  idle: { zh: '准备收款', en: 'Ready to collect', art: 'idle', actions: [] },
  asking: { zh: '正在获取二维码', en: 'Getting the code', art: 'busy', actions: [] },
  busy: {
    zh: '服务繁忙，请稍候',
    en: 'Busy: it goes on by itself',
    art: 'busy',
    actions: [],
  },
  undecided: {
    zh: '暂时没有结果',
    en: 'No outcome yet: trying again with the same values',
    art: 'mark',
    actions: ['retry'],
  },
  refused: { zh: '不能收款', en: 'Cannot collect', art: 'cross', actions: ['back'] },
  querying: { zh: '正在查询', en: 'Asking how it stands', art: 'busy', actions: [] },
  cancelling: { zh: '正在撤销', en: 'Cancelling', art: 'busy', actions: [] },
  lost: {
    zh: '找不到此单先前的收款',
    en: 'The last receipt of this bill is not known any more',
    art: 'mark',
    actions: ['back', 'further'],
  },
  NOTPAY: { zh: '等待扫码', en: 'Waiting for the guest to scan', art: 'qr', actions: ['cancel'] },
  USERPAYING: {
    zh: '等待输入密码',
    en: 'Scanned: entering the password',
    art: 'phone',
    actions: [],
  },
  SUCCESS: { zh: '支付成功', en: 'Paid', art: 'tick', actions: ['fresh'] },
  CLOSED: { zh: '交易已关闭', en: 'Closed, not paid', art: 'cross', actions: ['fresh', 'back'] },
  REVOKED: { zh: '已撤销', en: 'Cancelled, not paid', art: 'cross', actions: ['fresh', 'back'] },
  REFUND: {
    zh: '已退款',
    en: 'Refunded, or on its way back',
    art: 'back',
    actions: ['fresh', 'ask'],
  },
  PAYERROR: { zh: '支付失败', en: 'Payment refused', art: 'cross', actions: ['fresh', 'back'] },
};

const BILL_STATUS = {
  0: '未收款 nothing collected',
  2: '部分退款 partly refunded',
  3: '已收款 collected',
  4: '已退款 wholly refunded',
};

/** Moves that are never the one to be expected. */
const ASIDE = ['back', 'cancel', 'further'];

/** Is this a state after which nothing more is asked? */
export function isFinal(paystatus) {
  return ['SUCCESS', 'CLOSED', 'REVOKED', 'REFUND', 'PAYERROR'].includes(paystatus);
}

/** Shows a screen. `more` is a further line in one or two languages, or the service's words. */
export function showScreen(name, more = []) {
  const screen = SCREENS[name];
  byId('stage').dataset.screen = name;
  byId('stage').dataset.art = screen.art;
  byId('stage-zh').textContent = screen.zh;
  byId('stage-en').textContent = screen.en;
  say(byId('stage-more'), ...[more].flat());
  byId('codeurl').hidden = !['qr', 'phone'].includes(screen.art) || !byId('codeurl').href;
  offer(screen.actions);
  showNote('', '');
}

/**
 * Shows what Query answered: the state's screen, in the words of the answer.
 * `remark` goes with the end of a receipt, for example that the bill had been paid before, and
 * `extra` are moves beside the screen's own.
 */
export function showPayStatus(tag, remark, extra) {
  const known = Object.hasOwn(SCREENS, tag.paystatus);
  const name = known ? tag.paystatus : 'querying';
  const text = String(tag.paystatusdesc ?? '');
  if (byId('stage').dataset.screen !== name) showScreen(name, isFinal(name) ? remark : []);
  if (isFinal(name) && text) byId('stage-zh').textContent = text;
  if (!known) say(byId('stage-more'), text);
  offer([...SCREENS[name].actions, ...extra]);
  const status = String(tag.billstatus ?? '');
  byId('fact-billstatus').textContent = BILL_STATUS[status] ?? status;
  showNote('', '');
}

/** Says what hinders the till now. While it stands, nothing may lead to collecting again. */
export function showNote(zh, en) {
  const note = byId('stage-note');
  if (note.firstChild?.textContent !== zh) say(note, zh, en);
  if (zh) offer([]);
}

function offer(actions) {
  for (const button of document.querySelectorAll('[data-action]')) {
    const { action } = button.dataset;
    button.hidden = !actions.includes(action);
    button.classList.toggle('primary', action === actions[0] && !ASIDE.includes(action));
  }
}

/** Shows whose money is asked for. Of a receipt found already paid we cannot know the amount. */
export function showFacts(order) {
  const sum = order.yuan ? showYuan(order.yuan) : '';
  byId('stage-sum').textContent = sum;
  byId('stage-sum').toggleAttribute('data-long', sum.length > 11);
  byId('facts').hidden = false;
  byId('fact-billtype').textContent = order.system;
  byId('fact-billnum').textContent = order.billnum;
  byId('fact-autoid').textContent = order.autoid ?? '';
  byId('fact-billstatus').textContent = '';
}

/** Draws the code and links to it, so that a second tab can play the guest's phone. */
export function showCode(codeurl) {
  const code = qrcode(0, 'M');
  code.addData(codeurl);
  code.make();
  const drawing = code.createSvgTag({ cellSize: 4, scalable: true });
  const svg = new DOMParser().parseFromString(drawing, 'image/svg+xml').documentElement;
  byId('qr').replaceChildren(document.adoptNode(svg));
  const isPage = /^https?:\/\//i.test(codeurl);
  if (isPage) byId('codeurl').href = codeurl;
  else byId('codeurl').removeAttribute('href');
}

/** Back to an empty stage. */
export function clearStage() {
  byId('qr').replaceChildren();
  byId('codeurl').removeAttribute('href');
  byId('stage-sum').textContent = '';
  byId('facts').hidden = true;
  showScreen('idle');
}
