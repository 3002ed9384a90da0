/** The right-hand side: what the till knows of the receipt, one screen per state. */
import qrcode from '../qrcode.mjs';
import { showYuan } from '../bill/amount.js';
import { countDown } from './countdown.js';
import { ADVICE, ASIDE, billStatusOf, isFinal, REMARKS, SCREENS, titleOf } from './screens.js';
import { soundPaid, soundUnpaid } from './sound.js';
import { say } from './words.js';

const byId = (id) => document.getElementById(id);
const stage = byId('stage');

/** The moves of the screen, those of a note instead, and what stands beside both. */
let [moves, noteMoves] = [[], null];
let [isCancelOffered, isLeaveOffered] = [false, false];

/**
 * Shows a screen, `more` beneath its title, and brings the clerk to the next step. `extra`: moves
 * beside the screen's own.
 */
export function showScreen(name, more = ['', ''], extra = []) {
  const screen = SCREENS[name];
  stage.dataset.screen = name;
  stage.dataset.art = screen.art;
  delete stage.dataset.remark;
  say(byId('stage-title'), ...screen.words);
  say(byId('stage-more'), ...more);
  byId('codeurl').hidden = !['qr', 'phone'].includes(screen.art) || !byId('codeurl').href;
  if (screen.art !== 'qr') countDown(null);
  moves = [...screen.actions, ...extra];
  isCancelOffered = false;
  showNote('', '');
  focusNext();
}

/**
 * Shows what Query answered of a receipt: the state's screen, in the words of the answer. `extra`
 * are moves beside the screen's own; `more` is said until the end.
 */
export function showPayStatus(tag, receipt, extra, more) {
  const known = Object.hasOwn(SCREENS, tag.paystatus);
  const name = known ? tag.paystatus : 'querying';
  const text = String(tag.paystatusdesc ?? '');
  const [isNew, isEnd] = [!isShown(name), isFinal(name)];
  if (isNew) showScreen(name, isEnd ? undefined : more);
  say(byId('stage-title'), ...titleOf(name, text));
  if (isEnd) {
    say(byId('stage-more'), ...(REMARKS[receipt.remark] ?? ADVICE[text] ?? ['', '']));
    if (receipt.remark) stage.dataset.remark = receipt.remark;
  } else if (!known) say(byId('stage-more'), text);
  moves = [...SCREENS[name].actions, ...extra];
  say(byId('fact-billstatus'), ...billStatusOf(tag.billstatus));
  showNote('', '');
  if (isNew && isEnd) tellEnd(name, receipt);
}

/** Is this the screen that is shown? */
export function isShown(name) {
  return stage.dataset.screen === name;
}

/** Once for each end: what is heard, and where the clerk goes on. */
function tellEnd(name, { remark }) {
  focusNext();
  if (remark) return;
  if (name === 'SUCCESS') soundPaid();
  if (['CLOSED', 'PAYERROR'].includes(name)) soundUnpaid();
}

/**
 * Says what hinders the till now. While it stands, nothing may lead to collecting again: all that
 * is offered are a Cancel and `extra`.
 */
export function showNote(zh, en, extra = []) {
  const note = byId('stage-note');
  if (note.dataset.zh !== zh || note.dataset.en !== en) say(note, zh, en);
  noteMoves = zh ? extra : null;
  offer();
}

/** Offers a Cancel from now on, or no longer. */
export function offerCancel(isOffered) {
  isCancelOffered = isOffered;
  offer();
}

/** Is there this move now? */
export function isOffered(action) {
  return !document.querySelector(`[data-action="${action}"]`).hidden;
}

function offer() {
  const offered = isLeaveOffered ? ['leave', ...(noteMoves ?? [])] : [...(noteMoves ?? moves)];
  if (isCancelOffered) offered.push('cancel');
  for (const button of document.querySelectorAll('[data-action]')) {
    const { action } = button.dataset;
    button.hidden = !offered.includes(action);
    button.classList.toggle('primary', action === offered[0] && !ASIDE.includes(action));
  }
  if (document.activeElement?.hidden) focusNext();
}

/** To the move to be expected; where there is none, to the words. */
function focusNext() {
  if (document.body.dataset.view !== 'stage' || document.querySelector('dialog[open]')) return;
  const next = stage.querySelector('.primary[data-action]:not([hidden])') ?? byId('stage-state');
  next.focus({ preventScroll: true });
}

/** Shows whose money is asked for. One that was only looked up can be left at any time. */
export function showFacts(order) {
  showSum(order.yuan);
  byId('facts').hidden = false;
  say(byId('fact-billtype'), ...order.system);
  byId('fact-billnum').textContent = order.billnum;
  byId('fact-autoid').textContent = order.autoid ?? '';
  say(byId('fact-billstatus'), '');
  isLeaveOffered = order.remark === 'looked';
}

/** Shows the amount; where it is not known for sure (''), none. */
export function showSum(yuan) {
  const sum = yuan ? showYuan(yuan) : '';
  byId('stage-sum').textContent = sum;
  byId('stage-sum').toggleAttribute('data-long', sum.length > 11);
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
  showSum('');
  byId('facts').hidden = true;
  isLeaveOffered = false;
  countDown(null);
  showScreen('idle');
}
