import { IncomingMessage, ServerResponse } from 'node:http';
import { HttpRefusal, readJson, sendJson } from '../http';

const BODY_LIMIT = 65_536;

/** A request to the control API, as its routes see it. */
export interface ControlRequest {
  /** Decoded parts of the path that the route leaves open. */
  readonly parts: readonly string[];
  readonly search: URLSearchParams;
  json(): Promise<Readonly<Record<string, unknown>>>;
}

/** One route: its verb, its path, and what it answers (JSON, at once or later). */
export type Route = readonly [
  verb: string,
  path: RegExp,
  handle: (request: ControlRequest) => unknown,
];

/** The control API under `/sim`: tests drive the guest, the faults, the notifies and the time. */
export class Control {
  constructor(private readonly routes: readonly Route[]) {}

  /** Serves one request. Throws `HttpRefusal`: 404 no such route, 405, 400, 409, 413. */
  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const json = () => readJson(request, BODY_LIMIT);
    sendJson(response, 200, await this.answer(request.method ?? '', url, json));
  }

  /** What an order is answered, be it of curl or of a page. Throws `HttpRefusal`. */
  async answer(verb: string, url: URL, json: ControlRequest['json']): Promise<unknown> {
    const fitting = this.routes.filter(([, path]) => path.test(url.pathname));
    const route = fitting.find(([one]) => one === verb);
    if (route === undefined) {
      throw fitting.length === 0
        ? new HttpRefusal(404, 'NO_SUCH_ROUTE', `no such route: ${url.pathname}`)
        : new HttpRefusal(405, 'WRONG_VERB', `use ${fitting.map(([one]) => one).join(' or ')}`);
    }
    const [, path, handle] = route;
    const parts = (path.exec(url.pathname) ?? []).slice(1).map(decoded);
    return await handle({ parts, search: url.searchParams, json });
  }
}

/** Whether a member of a body is a whole number in a range. */
export function isWhole(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new HttpRefusal(400, 'BAD_PATH', 'the path is not readable');
  }
}
