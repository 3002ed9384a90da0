import { IncomingMessage, ServerResponse } from 'node:http';
import { SimClock } from '../clock';
import { actAsGuest, GUEST_ACTIONS } from '../ledger/guest';
import { HttpRefusal, readBody } from '../http';
import { Ledger } from '../ledger/ledger';
import { phonePage } from './phone-page';
import { phoneSpeech } from './phone-texts';

const PATH = /^\/qr\/([\w-]{1,64})(?:\/([a-z]+))?$/;
const BODY_LIMIT = 4_096;
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'";

/**
 * `/qr/CODE`: the guest's phone. Looking at the page changes nothing, for link previews look too;
 * a button scans. A step that is not possible simply shows how things stand.
 */
export class PhoneEndpoint {
  constructor(
    private readonly ledger: Ledger,
    private readonly clock: SimClock,
    private readonly merchantName: string,
  ) {}

  async handle(
    request: IncomingMessage,
    response: ServerResponse,
    { pathname, searchParams }: URL,
  ): Promise<void> {
    const asked = searchParams.get('lang');
    const [, code, actionName] = PATH.exec(pathname) ?? [];
    if (code === undefined) throw new HttpRefusal(404, 'NO_SUCH_ROUTE', 'no such page');
    if (actionName === undefined) return this.show(request, response, code, asked);
    const action = GUEST_ACTIONS.find((one) => one === actionName);
    if (action === undefined) throw new HttpRefusal(404, 'NO_SUCH_ROUTE', 'no such step');
    if (request.method !== 'POST') throw new HttpRefusal(405, 'WRONG_VERB', 'use POST');
    await readBody(request, BODY_LIMIT);
    const found = this.ledger.findByCode(code);
    if (found?.current === true) actAsGuest(this.ledger, this.clock, found.order, action);
    const { suffix } = phoneSpeech(asked, undefined);
    response.writeHead(303, { Location: `/qr/${code}${suffix}`, 'Content-Length': 0 }).end();
  }

  private show(
    request: IncomingMessage,
    response: ServerResponse,
    code: string,
    asked: string | null,
  ): void {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      throw new HttpRefusal(405, 'WRONG_VERB', 'use GET');
    }
    const found = this.ledger.findByCode(code);
    const speech = phoneSpeech(asked, request.headers['accept-language']);
    const page = phonePage(found, code, this.merchantName, this.clock.nowMs(), speech);
    response.writeHead(found === undefined ? 404 : 200, {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Length': Buffer.byteLength(page),
      'Cache-Control': 'no-store',
      Vary: 'Accept-Language',
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
    });
    response.end(request.method === 'HEAD' ? undefined : page);
  }
}
