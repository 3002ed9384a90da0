import { IncomingMessage, ServerResponse } from 'node:http';
import { parseChinaTime } from '../../domain/china-time';
import { Bills } from '../bill/bills';
import { SimClock } from '../clock';
import { Control } from '../control/control';
import { Calls } from '../gateway/calls';
import { Faults } from '../gateway/faults';
import { HttpRefusal, readBody } from '../http';
import { Ledger } from '../ledger/ledger';
import { Notifier } from '../notify/notifier';
import { ACT_NAMES, ActName, orderOfAct } from './acts';
import { readPanelFiles } from './files';
import { framed, Page, View } from './frame';
import { changedLook, lookCookie, lookOf, sayIn } from './look';
import { Notes } from './notes';
import { billPage, yesterday } from './pages/bill-page';
import { clockPage } from './pages/clock-page';
import { faultsPage } from './pages/faults-page';
import { notifiesPage } from './pages/notifies-page';
import { tradePage } from './pages/trade-page';
import { tradesPage } from './pages/trades-page';

const BODY_LIMIT = 65_536;
const ACT = /^\/panel\/acts\/([a-z-]+)$/;
const TRADE = /^\/panel\/trades\/([^/]+)$/;
const BILL_FILE = /^\/panel\/bills\/([\d-]{10})\/file$/;
const POLICY = [
  "default-src 'none'",
  "style-src 'self'",
  "script-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Where an act leads that does not say so itself. */
const PAGE_OF: Readonly<Record<ActName, string>> = {
  scan: '/',
  pay: '/',
  giveup: '/',
  refund: '/',
  'order-fault': '/panel/faults',
  'clear-faults': '/panel/faults',
  'move-clock': '/panel/clock',
  'reset-clock': '/panel/clock',
  'notifies-on': '/panel/notifies',
  'notifies-off': '/panel/notifies',
  'send-notify': '/panel/notifies',
  plant: '/panel/bills',
  'clear-plants': '/panel/bills',
};

/** What the pages show, and how they act. */
export interface PanelParts {
  readonly ledger: Ledger;
  readonly clock: SimClock;
  readonly faults: Faults;
  readonly calls: Calls;
  readonly notifier: Notifier;
  readonly bills: Bills;
  /** Every act is one of its calls. */
  readonly control: Control;
}

/** `/` and `/panel/…`: the simulator's pages. Works without scripts. */
export class PanelEndpoint {
  private readonly files = readPanelFiles();
  private readonly notes = new Notes();

  constructor(private readonly parts: PanelParts) {}

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const act = ACT.exec(url.pathname)?.[1];
    if (act !== undefined) return this.act(request, response, act);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new HttpRefusal(405, 'WRONG_VERB', 'use GET');
    }
    const { cookie, 'accept-language': languages } = request.headers;
    const look = lookOf(cookie, languages);
    if (url.pathname === '/panel/look') {
      const { searchParams: wish } = url;
      const chosen = changedLook(look, wish.get('lang'), wish.get('theme'));
      response.setHeader('Set-Cookie', lookCookie(chosen));
      return leadTo(response, ownPath(wish.get('back')) ?? '/');
    }
    if (this.sendFile(request, response, url.pathname)) return;
    const date = BILL_FILE.exec(url.pathname)?.[1];
    if (date !== undefined) return this.sendBill(response, date);
    const view = { look, say: sayIn(look.lang), url, nowMs: this.parts.clock.nowMs() };
    const page = this.page(view);
    if (page === null) throw new HttpRefusal(404, 'NO_SUCH_ROUTE', 'no such page');
    const note = this.notes.find(url.searchParams.get('note'));
    const address = `http://${request.headers.host ?? '127.0.0.1'}`;
    sendPage(request, response, framed({ page, view, note, address }));
  }

  private page(view: View): Page | null {
    const { ledger, faults, clock, notifier, calls } = this.parts;
    const { pathname } = view.url;
    if (pathname === '/') return tradesPage(ledger.all(), view);
    if (pathname === '/panel/faults') return faultsPage(faults.list(), view);
    if (pathname === '/panel/clock') return clockPage(clock.offsetMs(), view);
    if (pathname === '/panel/notifies') return notifiesPage(notifier.state(), view);
    if (pathname === '/panel/bills') return this.bill(view);
    const outTradeNo = decoded(TRADE.exec(pathname)?.[1] ?? '');
    const order = ledger.find(outTradeNo);
    if (order === undefined) return null;
    const isOf = (one: { readonly outTradeNo: string }): boolean => one.outTradeNo === outTradeNo;
    const attempts = notifier.state().attempts.filter(isOf);
    return tradePage(order, { attempts, calls: calls.list({ outTradeNo }) }, view);
  }

  private bill(view: View): Page {
    const { bills } = this.parts;
    const asked = view.url.searchParams.get('date') ?? '';
    const isDay = parseChinaTime(`${asked} 00:00:00`) !== null;
    const date = isDay ? asked : yesterday(view.nowMs);
    const day = { date, standing: bills.standing(date), rows: bills.rowsOf(date) };
    return billPage({ ...day, plants: bills.plants(date) }, view);
  }

  /** Does what a form asks for through the control API, and leads back to a page. */
  private async act(
    request: IncomingMessage,
    response: ServerResponse,
    name: string,
  ): Promise<void> {
    const act = ACT_NAMES.find((one) => one === name);
    if (act === undefined) throw new HttpRefusal(404, 'NO_SUCH_ROUTE', 'no such act');
    if (request.method !== 'POST') throw new HttpRefusal(405, 'WRONG_VERB', 'use POST');
    if (isFromElsewhere(request)) {
      throw new HttpRefusal(403, 'FOREIGN_PAGE', 'another site’s page does not act here');
    }
    const form = new URLSearchParams((await readBody(request, BODY_LIMIT)).toString('utf8'));
    const order = orderOfAct(act, form, this.parts.clock.offsetMs());
    const outcome = await this.outcomeOf(order);
    const id = this.notes.keep({ act, order, ...outcome });
    const page = new URL(pageAfter(act, form), 'http://panel');
    page.searchParams.set('note', String(id));
    leadTo(response, `${page.pathname}${page.search}`);
  }

  private async outcomeOf(order: ReturnType<typeof orderOfAct>) {
    try {
      const url = new URL(order.path, 'http://panel');
      const json = () => Promise.resolve(order.body ?? {});
      return { refused: null, answer: await this.parts.control.answer(order.verb, url, json) };
    } catch (error) {
      if (!(error instanceof HttpRefusal)) throw error;
      return { refused: error.error, answer: null };
    }
  }

  private sendBill(response: ServerResponse, date: string): void {
    const bill = this.parts.bills.ask(date);
    if (bill.kind === 'link') leadTo(response, new URL(bill.url).pathname);
    else leadTo(response, `/panel/bills?date=${date}`);
  }

  /** False: there is no such file. */
  private sendFile(request: IncomingMessage, response: ServerResponse, path: string): boolean {
    const file = this.files.get(path.replace('/panel/', ''));
    if (file === undefined) return false;
    const { type, content, etag } = file;
    const isKnown = request.headers['if-none-match'] === etag;
    response.writeHead(isKnown ? 304 : 200, {
      'Content-Type': type,
      ETag: etag,
      'Cache-Control': 'no-cache',
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(isKnown || request.method === 'HEAD' ? undefined : content);
    return true;
  }
}

function pageAfter(act: ActName, form: URLSearchParams): string {
  const back = ownPath(form.get('back'));
  if (back !== null) return back;
  if (act === 'refund') return `/panel/trades/${encodeURIComponent(form.get('outTradeNo') ?? '')}`;
  const date = form.get('date');
  return date === null ? PAGE_OF[act] : `${PAGE_OF[act]}?date=${encodeURIComponent(date)}`;
}

/** A path of the panel; null: it is none. */
function ownPath(back: string | null): string | null {
  if (back === null || !/^\/(?:\?|panel\/|$)/.test(back)) return null;
  const { origin, pathname, search } = new URL(back, 'http://panel');
  if (origin !== 'http://panel' || !/^\/(?:panel\/.*)?$/.test(pathname)) return null;
  return `${pathname}${search}`;
}

/** Every browser says from where a form is sent; curl says nothing. */
function isFromElsewhere({ headers: { origin, host } }: IncomingMessage): boolean {
  return origin !== undefined && origin.replace(/^https?:\/\//, '') !== host;
}

function leadTo(response: ServerResponse, path: string): void {
  response.writeHead(303, { Location: path, 'Content-Length': 0, 'Cache-Control': 'no-store' });
  response.end();
}

function sendPage(request: IncomingMessage, response: ServerResponse, page: string): void {
  response.writeHead(200, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(page),
    'Cache-Control': 'no-store',
    'Content-Security-Policy': POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
  });
  response.end(request.method === 'HEAD' ? undefined : page);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
