import { Inject, Injectable, Logger } from '@nestjs/common';
import { CLOCK, RANDOMNESS } from '../../domain/ports/clock';
import type { Clock, Randomness } from '../../domain/ports/clock';
import type { CountSigned } from '../../wire/request/request-context';
import { writeError, writeResponse } from '../top/top-answer';
import type { TopObject } from '../top/top-answer';
import { TOP_APPS } from '../top/top-apps';
import type { AppOf } from '../top/top-apps';
import { topError } from '../top/top-errors';
import type { TopError } from '../top/top-errors';
import { asTopError } from '../top/top-faults';
import { TopMethods } from './top-methods.service';
import { readTopRequest } from '../top/top-parameters';
import type { TopTransport } from '../top/top-parameters';
import { checkTopRequest, wishOf } from './top-request';
import type { RawTopRequest, TopCall, TopWish } from './top-request';

/** An answer, ready to be sent with HTTP status 200. */
export interface TopReply {
  readonly text: string;
  readonly wish: TopWish;
}

/** Answers TOP requests: who calls, what, and in which words it is answered. */
@Injectable()
export class TopRouter {
  private readonly logger = new Logger(TopRouter.name);

  constructor(
    private readonly methods: TopMethods,
    @Inject(TOP_APPS) private readonly appOf: AppOf,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOMNESS) private readonly randomness: Randomness,
  ) {}

  /** Always an answer; every fault is one of TOP's errors. A genuine call is counted by its app. */
  async answer(verb: string, transport: TopTransport, count: CountSigned): Promise<TopReply> {
    const request = await readTopRequest(transport);
    const wish = wishOf(request.parameters);
    try {
      const call = await this.proven(verb, request, count);
      const members: TopObject = await this.methods.run(call);
      return { text: writeResponse(call.method, members, this.requestId(), wish), wish };
    } catch (thrown) {
      return this.refuse(thrown, wish);
    }
  }

  /** The answer to what was refused before it was a call: by its size, its pace, its body. */
  refuse(thrown: unknown, wish: TopWish): TopReply {
    const error = asTopError(thrown);
    this.log(error);
    return { text: writeError(error.body, this.requestId(), wish), wish };
  }

  /** The call, counted once it is known whether its signature holds. */
  private async proven(verb: string, request: RawTopRequest, count: CountSigned): Promise<TopCall> {
    let call: TopCall;
    try {
      if (verb !== 'GET' && verb !== 'POST') throw topError('VERB');
      const rules = { methods: this.methods, appOf: this.appOf, nowMs: this.clock.nowMs() };
      call = checkTopRequest(request, rules);
    } catch (thrown) {
      await count(null);
      throw thrown;
    }
    await count(`top ${call.appKey}`);
    return call;
  }

  private requestId(): string {
    return this.randomness.hex(8);
  }

  private log(error: TopError): void {
    if (error.body.code === 10) {
      const { cause } = error;
      this.logger.error(error.message, cause instanceof Error ? cause.stack : undefined);
    } else if (error.body.sub_code?.startsWith('isp.')) this.logger.warn(reasonOf(error));
    else this.logger.debug(error.message);
  }
}

function reasonOf(error: TopError): string {
  const { cause } = error;
  return cause instanceof Error ? `${error.message}; ${cause.message}` : error.message;
}
