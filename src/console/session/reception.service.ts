import { Inject, Injectable, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { CONFIG } from '../../config/config';
import type { Config } from '../../config/config';
import { PayError } from '../../domain/errors';
import { CLOCK } from '../../domain/ports/clock';
import type { Clock } from '../../domain/ports/clock';
import { contextOf } from '../../wire/request/request-context';
import { Download, Goto } from '../view/page';
import type { Answer } from '../view/page';
import { PageWriter } from '../view/page-writer.service';
import { isActNumber } from './act-number';
import { cookieOf } from './cookies';
import { Door, isFormMark } from './door.service';
import { Once } from './once';
import { isLocal, isOwnForm } from './request-origin';
import { receiveUpload } from './upload';
import type { UploadedFile } from './upload';
import { Visit } from './visit';
import { LOCAL_VISITOR, mayAct, maySee } from './visitor';
import type { PageReach, Visitor } from './visitor';

/** The cookie of a session. */
export const SESSION_COOKIE = '3pay_console';

/** What is done or shown at a visit. */
export type Work = (visit: Visit) => Promise<Answer> | Answer;

/** Everybody who comes to a page of the console comes by here: who is it, and may they? */
@Injectable()
export class Reception {
  private readonly logger = new Logger(Reception.name);
  private readonly once: Once<Answer>;
  private readonly asksForKeys: boolean;

  constructor(
    @Inject(CONFIG) { access }: Config,
    @Inject(CLOCK) clock: Clock,
    private readonly door: Door,
    private readonly writer: PageWriter,
  ) {
    this.once = new Once(clock);
    this.asksForKeys = access.auth === 'keys';
  }

  /** Shows a page to whoever may see it. */
  async look(request: Request, response: Response, reach: PageReach, work: Work): Promise<void> {
    await this.receive(request, response, reach, work);
  }

  /**
   * Does what a form asks for: only for an operator, only from a page of ours that was made for
   * this session, and once for each form that was shown.
   */
  async act(request: Request, response: Response, reach: PageReach, work: Work): Promise<void> {
    await this.receive(request, response, reach, (visit) => {
      refuseStrangers(visit, request);
      refuseForged(visit.visitor, visit.form);
      return this.doOnce(visit, async () => work(visit));
    });
  }

  /**
   * The same for a form that brings a file: nothing of it is kept before it is known who sends it,
   * and from which page.
   */
  async upload(
    request: Request,
    response: Response,
    reach: PageReach,
    work: (visit: Visit, file: UploadedFile) => Promise<Answer>,
  ): Promise<void> {
    await this.receive(request, response, reach, async (visit) => {
      const { visitor } = visit;
      refuseStrangers(visit, request);
      const { form, file } = await receiveUpload(request, (fields) =>
        refuseForged(visitor, fields),
      );
      let isTaken = false;
      const whole = new Visit(visitor, request, form);
      try {
        return await this.doOnce(whole, () => {
          isTaken = true;
          return work(whole, file);
        });
      } finally {
        if (!isTaken) await file.remove();
      }
    });
    // What is left of the body of a refused one is read and forgotten, else its answer is not.
    request.resume();
  }

  /** Safe to press twice: a form that was shown once is one act. */
  private doOnce({ visitor, path, form }: Visit, act: () => Promise<Answer>): Promise<Answer> {
    return this.once.share(`${visitor.token} ${path} ${form.toString()}`, act);
  }

  private async receive(
    request: Request,
    response: Response,
    reach: PageReach,
    work: Work,
  ): Promise<void> {
    let visit: Visit | null = null;
    try {
      const visitor = await this.visitorOf(request);
      if (visitor === null) {
        this.writer.goTo(response, signInPath(request));
        return;
      }
      visit = new Visit(visitor, request);
      if (!maySee(visitor, reach))
        throw new PayError('FORBIDDEN', `${visitor.name}: ${visit.path}`);
      const answer = await work(visit);
      if (answer instanceof Goto) this.writer.goTo(response, answer.path, answer.cookies);
      else if (answer instanceof Download) await this.writer.save(response, request, answer);
      else this.writer.show(response, request, answer, visit);
    } catch (error) {
      this.refuse(error, request, response, visit);
    }
  }

  /** Null: they have to sign in first. @throws PayError FORBIDDEN, DATABASE_UNAVAILABLE */
  private async visitorOf(request: Request): Promise<Visitor | null> {
    if (!this.asksForKeys) {
      const peer = request.socket.remoteAddress ?? '';
      if (isLocal({ headers: request.headers, peer })) return LOCAL_VISITOR;
      throw new PayError('FORBIDDEN', 'without keys the console is for this machine alone');
    }
    const found = await this.door.visitor(cookieOf(request.headers.cookie, SESSION_COOKIE));
    if (found === null) return null;
    const { key, ...visitor } = found;
    contextOf(request).caller = key; // The log says who it was.
    return visitor;
  }

  private refuse(thrown: unknown, request: Request, response: Response, visit: Visit | null): void {
    const isOurs = thrown instanceof PayError && thrown.code !== 'INTERNAL';
    const error = isOurs ? thrown : new PayError('INTERNAL', 'a page failed', { cause: thrown });
    if (isOurs) this.logger.debug(error.message);
    else this.logger.error(error.message, thrown instanceof Error ? thrown.stack : undefined);
    // Of a file that is not whole the connection has broken: nothing more can be said.
    if (response.headersSent) return void response.destroy();
    this.writer.showError(response, request, error, visit);
  }
}

/** Only an operator acts, and only from a page of ours. @throws PayError FORBIDDEN */
function refuseStrangers({ visitor }: Visit, request: Request): void {
  if (!mayAct(visitor)) throw new PayError('FORBIDDEN', `${visitor.name} acts`);
  if (!isOwnForm(request)) throw new PayError('FORBIDDEN', 'a form of another site');
}

/** A page of this session has shown it. @throws PayError FORBIDDEN, INVALID_MEMBER: no number */
function refuseForged({ token }: Visitor, form: URLSearchParams): void {
  if (token === null || !isFormMark(form.get('mark') ?? '', token)) {
    throw new PayError('FORBIDDEN', 'a form that no page of ours has shown in this session');
  }
  if (!isActNumber(form.get('act') ?? '')) {
    throw new PayError('INVALID_MEMBER', 'an act without a number');
  }
}

/** Where to sign in, and to come back from there. */
function signInPath(request: Request): string {
  const back = request.method === 'GET' ? request.originalUrl : '/console';
  return `/console/sign-in?next=${encodeURIComponent(back)}`;
}
