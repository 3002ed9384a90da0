import { Controller, Get, Inject, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { PayError } from '../../domain/errors';
import { RANDOMNESS } from '../../domain/ports/clock';
import type { Randomness } from '../../domain/ports/clock';
import { RateLimits } from '../../ops/traffic/rate-limits';
import { trafficOf } from '../../ops/traffic/traffic-context';
import { UndocumentedController } from '../../wire/openapi/documented';
import { ActLog } from '../session/act-log.service';
import { cookieOf, setCookie } from '../session/cookies';
import { Door, isFormMark, SESSION_MS } from '../session/door.service';
import { SESSION_COOKIE } from '../session/reception.service';
import { isOwnForm } from '../session/request-origin';
import { formOf, queryOf } from '../session/visit';
import { isLang, isTheme, LOOK_COOKIE, LOOK_SECONDS, lookOf, lookText } from '../view/look';
import { ownPath, Page } from '../view/page';
import { PageWriter } from '../view/page-writer.service';
import { SIGN_IN_TEXTS } from '../texts/sign-in.texts';

/** So many wrong keys a minute from one address. A key has 256 bits: this only keeps noise down. */
const ATTEMPTS_A_MINUTE = 10;

type Trouble = 'wrong' | 'tooOften' | 'unavailable';
const STATUS: Readonly<Record<Trouble, number>> = { wrong: 400, tooOften: 429, unavailable: 503 };

/** In and out of the console, and how it looks. */
@UndocumentedController()
@Controller('console')
export class SignInController {
  private readonly attempts: RateLimits;

  constructor(
    @Inject(RANDOMNESS) randomness: Randomness,
    private readonly door: Door,
    private readonly log: ActLog,
    private readonly writer: PageWriter,
  ) {
    this.attempts = new RateLimits(ATTEMPTS_A_MINUTE, parseInt(randomness.hex(4), 16));
  }

  @Get('sign-in')
  form(@Req() request: Request, @Res() response: Response): void {
    this.ask(request, response, queryOf(request).get('next'), null);
  }

  @Post('session')
  async signIn(@Req() request: Request, @Res() response: Response): Promise<void> {
    const form = formOf(request);
    const next = form.get('next');
    const traffic = trafficOf(request);
    const address = traffic?.address ?? '';
    // Nobody is to be signed in by another site's form, under a name that is not theirs.
    if (!isOwnForm(request)) return this.ask(request, response, next, 'wrong');
    if ((await this.attempts.take(null, address)) > 0) {
      return this.ask(request, response, next, 'tooOften');
    }
    try {
      const entered = await this.door.signIn((form.get('key') ?? '').trim());
      if (entered === null) return this.ask(request, response, next, 'wrong');
      await this.attempts.giveBack(address);
      const { name, token } = entered;
      const asker = { actor: name, requestId: traffic?.id ?? null };
      await this.log.note({ kind: 'signIn', subject: `key ${name}`, detail: address }, asker);
      const life = { seconds: SESSION_MS / 1000, secure: request.secure };
      this.writer.goTo(response, ownPath(next), [setCookie(SESSION_COOKIE, token, life)]);
    } catch (error) {
      if (!(error instanceof PayError)) throw error;
      this.ask(request, response, next, 'unavailable');
    }
  }

  @Post('sign-out')
  async signOut(@Req() request: Request, @Res() response: Response): Promise<void> {
    const token = cookieOf(request.headers.cookie, SESSION_COOKIE);
    const isOurs = isOwnForm(request) && isFormMark(formOf(request).get('mark') ?? '', token ?? '');
    if (!isOurs) return this.writer.goTo(response, '/console');
    await this.door.signOut(token);
    const gone = setCookie(SESSION_COOKIE, '', { seconds: 0, secure: request.secure });
    this.writer.goTo(response, '/console/sign-in', [gone]);
  }

  /** Another language or theme. Changes nothing but how pages look to this browser. */
  @Get('look')
  look(@Req() request: Request, @Res() response: Response): void {
    const asked = queryOf(request);
    const before = lookOf(request.headers.cookie, request.headers['accept-language']);
    const [lang, theme] = [asked.get('lang'), asked.get('theme')];
    const text = lookText({
      lang: isLang(lang) ? lang : before.lang,
      theme: isTheme(theme) ? theme : before.theme,
    });
    const life = { seconds: LOOK_SECONDS, secure: request.secure };
    const cookie = setCookie(LOOK_COOKIE, text, life);
    this.writer.goTo(response, ownPath(asked.get('back')), [cookie]);
  }

  private ask(
    request: Request,
    response: Response,
    next: string | null,
    trouble: Trouble | null,
  ): void {
    const { lang } = lookOf(request.headers.cookie, request.headers['accept-language']);
    const t = SIGN_IN_TEXTS[lang];
    const data = { t, next: ownPath(next), trouble: trouble && t[trouble] };
    if (trouble === 'tooOften') response.set('Retry-After', '60');
    const page = new Page('sign-in', data, trouble === null ? 200 : STATUS[trouble]);
    this.writer.show(response, request, page, null);
  }
}
