import { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { sendBill } from './bill/bill-http';
import { Bills } from './bill/bills';
import { SimClock } from './clock';
import { Control } from './control/control';
import { GatewayEndpoint } from './gateway/gateway-http';
import { HttpRefusal, sendJson } from './http';
import { Linger } from './gateway/linger';
import { PhoneEndpoint } from './pages/phone-http';
import { PanelEndpoint } from './panel/panel-http';

/** The parts that answer requests. */
export interface Endpoints {
  readonly gateway: GatewayEndpoint;
  readonly phone: PhoneEndpoint;
  readonly control: Control;
  readonly panel: PanelEndpoint;
  readonly bills: Bills;
  readonly linger: Linger;
  /** What `GET /sim/health` says. */
  health(): object;
}

/** Sends each request to its part. Every answer carries the simulated time as its Date. */
export function routes(parts: Endpoints, clock: SimClock): RequestListener {
  return (request, response) => {
    response.setHeader('Date', new Date(clock.nowMs()).toUTCString());
    route(parts, request, response).catch((error: unknown) => refuse(response, error));
  };
}

async function route(
  parts: Endpoints,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = urlOf(request);
  const verb = request.method ?? '';
  if (url.pathname === '/gateway.do') {
    if (verb !== 'GET' && verb !== 'POST') {
      throw new HttpRefusal(405, 'WRONG_VERB', 'use GET or POST');
    }
    return parts.gateway.handle(request, response, url.search.slice(1));
  }
  if (url.pathname.startsWith('/bills/')) {
    return sendBill(parts.bills, request, response, url.pathname);
  }
  if (url.pathname.startsWith('/qr/')) return parts.phone.handle(request, response, url);
  if (url.pathname === '/' || url.pathname.startsWith('/panel/')) {
    return parts.panel.handle(request, response, url);
  }
  if (verb === 'GET' && url.pathname === '/sim/health') {
    return sendJson(response, 200, parts.health());
  }
  if (verb === 'GET' && url.pathname === '/sim/attach') return parts.linger.attach(response);
  return parts.control.handle(request, response, url);
}

function urlOf(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? '/', 'http://simulator');
  } catch {
    throw new HttpRefusal(400, 'BAD_PATH', 'the address is not readable');
  }
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.destroyed || response.headersSent) {
    response.destroy();
    return;
  }
  if (error instanceof HttpRefusal) {
    if (error.status === 413) response.setHeader('Connection', 'close');
    sendJson(response, error.status, { error: error.error, message: error.message });
    return;
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  sendJson(response, 500, { error: 'INTERNAL', message: 'the simulator has failed; see its log' });
}
