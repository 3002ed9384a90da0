import { Logger } from '@nestjs/common';
import { of } from 'rxjs';
import { systemClock } from '../config/system-clock';
import type { Message } from '../wire/operation/message';
import type { Delivery, MessageLink, Take } from './link';
import { MessageServer, MOST_AT_WORK } from './message-server';

/** Waits for ever, so that nothing ends because of the time it takes. */
const CLOCK = { ...systemClock, sleep: () => new Promise<void>(() => undefined) };
const OK = '{"errcode":0,"errmsg":"ok","tag":null}';

beforeAll(() => {
  Logger.overrideLogger(false);
});

/** A link whose messages the test makes. */
class HandLink implements MessageLink {
  readonly name = 'hand';
  take: Take = () => undefined;

  isUp(): boolean {
    return true;
  }

  start(_subjects: readonly string[], take: Take): Promise<void> {
    this.take = take;
    return Promise.resolve();
  }

  stopTaking(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Sends one and waits until it is done with; gives the errcode of each reply. */
  async send(delivery: Partial<Delivery> & { text: string }): Promise<number[]> {
    const errcodes: number[] = [];
    await new Promise<void>((done) => {
      const reply = (text: string): Promise<boolean> => {
        const { response } = JSON.parse(text) as { response: { errcode: number } };
        errcodes.push(response.errcode);
        return Promise.resolve(true);
      };
      this.take({ subject: null, again: false, reply, done, ...delivery });
    });
    return errcodes;
  }
}

function request(body = '{}', pattern = 'p'): string {
  return `{"pattern":"${pattern}","data":${body},"id":"1"}`;
}

function endlessId(): string {
  return `{"pattern":"p","data":{},"id":"${'x'.repeat(300)}"}`;
}

describe('the message server', () => {
  let link: HandLink;
  let server: MessageServer;
  let seen: string[];
  let finished: number;
  let hold: Promise<void>;

  beforeEach(async () => {
    link = new HandLink();
    server = new MessageServer(link, { bodyLimitBytes: 100 }, CLOCK);
    seen = [];
    finished = 0;
    hold = Promise.resolve();
    server.addHandler('p', async (body: Buffer, message: Message) => {
      seen.push(body.toString());
      message.once('finish', () => (finished += 1));
      await hold;
      return of(OK);
    });
    await server.listen(() => undefined);
  });

  it('hands the payload over as the text it is, and tells when the reply has left', async () => {
    expect(await link.send({ text: request('{"n":1.10}') })).toEqual([0]);
    expect(seen).toEqual(['{"n":1.10}']);
    expect(finished).toBe(1);
  });

  it('on a subject serves whatever pattern the packet names', async () => {
    expect(await link.send({ text: '{"pattern":{"cmd":"q"},"id":"1"}', subject: 'p' })).toEqual([
      0,
    ]);
  });

  it('does not tell so when nobody took the reply, or it could not be sent', async () => {
    await link.send({ text: request(), reply: () => Promise.resolve(false) });
    await link.send({ text: request(), reply: () => Promise.reject(new Error('gone')) });
    expect([seen.length, finished]).toEqual([2, 0]);
  });

  it.each([
    ['of an unknown pattern', { text: request('{}', 'q') }, [40_400]],
    ['on an unknown subject', { text: request(), subject: 'q' }, [40_400]],
    ['of a pattern that is no text', { text: '{"pattern":{"cmd":"p"},"id":"1"}' }, [40_400]],
    ['of a pattern that is nothing', { text: '{"pattern":null,"id":"1"}' }, [40_400]],
    ['with an endless id', { text: endlessId() }, [40_400]],
    ['with an endless id on a subject', { text: endlessId(), subject: 'p' }, [40_400]],
    ['with an id that is an object', { text: '{"pattern":"p","id":{"a":1}}' }, [40_400]],
    ['too long to be kept', { text: '{"pattern":"p","id":"1"}', isTooLong: true }, [41_300]],
    ['too long, without an id', { text: '{"pattern":"p"}', isTooLong: true }, []],
    ['that is too large', { text: request(`"${'x'.repeat(100)}"`) }, [41_300]],
    ['that was handed out before', { text: request(), again: true }, [1]],
    ['that is no request', { text: 'x' }, []],
  ])('does not try a message %s', async (_what, delivery, errcodes) => {
    expect(await link.send(delivery)).toEqual(errcodes);
    expect(seen).toEqual([]);
  });

  it('refuses what is too much at once, and serves again when that is over', async () => {
    let release: () => void = () => undefined;
    hold = new Promise((resolve) => (release = resolve));
    const taken = Array.from({ length: MOST_AT_WORK }, () => link.send({ text: request() }));
    expect(await link.send({ text: request() })).toEqual([42_900]);
    release();
    expect(new Set((await Promise.all(taken)).flat())).toEqual(new Set([0]));
    expect(await link.send({ text: request() })).toEqual([0]);
  });

  it('waits at a stop for what is at work', async () => {
    let release: () => void = () => undefined;
    hold = new Promise((resolve) => (release = resolve));
    const taken = link.send({ text: request() });
    let stopped = false;
    const stop = server.beforeApplicationShutdown().then(() => (stopped = true));
    await systemClock.sleep(20);
    expect(stopped).toBe(false);
    release();
    await stop;
    expect(await taken).toEqual([0]);
  });
});
