import { Inject, Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ERRORS } from '../../domain/errors';
import type { PayError } from '../../domain/errors';
import { RANDOMNESS } from '../../domain/ports/clock';
import type { Randomness } from '../../domain/ports/clock';
import { CONSOLE_OPTIONS } from '../console-options';
import type { ConsoleOptions } from '../console-options';
import { sendFile } from '../../receipts/export/send-file';
import { formMark } from '../session/door.service';
import type { Visit } from '../session/visit';
import { mayAct, maySee } from '../session/visitor';
import type { Visitor } from '../session/visitor';
import { ERROR_TEXTS, FRAME_TEXTS } from '../texts/frame.texts';
import { systemNames } from './format';
import { lookOf } from './look';
import type { Look } from './look';
import { PAGES } from './navigation';
import { Page } from './page';
import type { Download } from './page';
import { Views } from './views';

const ACT_BYTES = 16;

const HEADERS = {
  'Content-Security-Policy': [
    "default-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const;

/** Writes pages: the frame around them, in the language and look that were chosen. */
@Injectable()
export class PageWriter {
  private readonly views = new Views();

  constructor(
    @Inject(CONSOLE_OPTIONS) private readonly options: ConsoleOptions,
    @Inject(RANDOMNESS) private readonly randomness: Randomness,
  ) {}

  /** Sends a page to whoever is signed in; `visit` null: to a stranger. */
  show(response: Response, request: Request, page: Page, visit: Visit | null): void {
    const look = lookOf(request.headers.cookie, request.headers['accept-language']);
    const token = visit?.visitor.token ?? null;
    const html = this.views.render(page.view, {
      act: this.randomness.hex(ACT_BYTES),
      ...page.data,
      frame: this.frame(look, visit?.visitor ?? null, request),
      // What every form of this page has to bring.
      mark: token === null ? '' : formMark(token),
    });
    response.set(HEADERS).status(page.status).type('text/html; charset=utf-8').send(html);
  }

  /** Sends a page that says why there is no other. */
  showError(response: Response, request: Request, error: PayError, visit: Visit | null): void {
    const { lang } = lookOf(request.headers.cookie, request.headers['accept-language']);
    const { errcode, rest } = ERRORS[error.code];
    const t = ERROR_TEXTS[lang];
    const text = error.code === 'FORBIDDEN' ? t.forbidden : error.shown;
    // What is undecided was done as far as it could be: no error of HTTP's.
    this.show(response, request, new Page('error', { t, text, errcode }, rest), visit);
  }

  /** Sends a file to save, while it is made. False: whoever wanted it has gone. */
  save(response: Response, request: Request, file: Download): Promise<boolean> {
    response.set(HEADERS);
    return sendFile(request, response, file);
  }

  /** Sends the browser on. */
  goTo(response: Response, path: string, cookies: readonly string[] = []): void {
    response.set({ ...HEADERS, Location: path });
    if (cookies.length > 0) response.set('Set-Cookie', [...cookies]);
    response.status(303).end();
  }

  private frame(look: Look, visitor: Visitor | null, request: Request) {
    const t = FRAME_TEXTS[look.lang];
    const { path } = request;
    return {
      t,
      ...look,
      htmlLang: look.lang === 'zh' ? 'zh-CN' : 'en',
      simulator: this.options.simulator,
      // A form is not to be sent again by looking at its answer in another language.
      here: request.method === 'GET' ? request.originalUrl : '/console',
      visitor: visitor && {
        name: visitor.name,
        role: t.roles[visitor.role],
        systems: systemNames(visitor, look.lang),
        isSignedIn: visitor.token !== null,
        mayAct: mayAct(visitor),
      },
      pages: PAGES.filter(({ reach }) => visitor !== null && maySee(visitor, reach)).map(
        (page) => ({
          path: page.path,
          text: t.pages[page.name],
          isHere: isUnder(path, page.path),
        }),
      ),
    };
  }
}

/** The start is under no other page, although every path begins with it. */
function isUnder(path: string, page: string): boolean {
  return path === page || (page !== '/console' && path.startsWith(`${page}/`));
}
