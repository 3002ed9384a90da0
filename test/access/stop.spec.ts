import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ServiceLoad } from '../../src/ops/load/service-load';
import { tempFolder } from '../support/temp-folder';
import { anAsk } from '../support/process/till';
import { opsApp, opsConfig } from './ops-app';

const QUERY = '/api/3Pay/AliPay/Query';
/** Long enough for a caller on a busy machine. */
const GRACE_MS = 1_000;

const folder = tempFolder();
let app: NestExpressApplication;
let port: number;
let databases = 0;
const callers: Caller[] = [];
/** Takes calls and never answers. */
const alipay = createServer();

/** A connection, and all that came over it. */
class Caller {
  text = '';
  error: Error | null = null;
  readonly ended: Promise<unknown>;

  private constructor(readonly socket: Socket) {
    callers.push(this);
    socket.on('data', (piece: Buffer) => (this.text += piece.toString()));
    socket.on('error', (error) => (this.error = error));
    this.ended = new Promise((resolve) => socket.once('close', resolve));
  }

  static async here(): Promise<Caller> {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return new Caller(socket);
  }

  /** Waits until `count` answers have come. */
  async answers(count: number): Promise<Answered[]> {
    for (let waitedMs = 0; this.read().length < count && waitedMs < 3_000; waitedMs += 5) {
      await wait(5);
    }
    return this.read();
  }

  private read(): Answered[] {
    return [...this.text.matchAll(/HTTP\/1\.1 (\d+)[^]*?\r\n\r\n([^]*?)(?=HTTP\/1\.1|$)/g)].map(
      ([head = '', status, body = '']) => ({
        status: Number(status),
        closes: /\r\nConnection: close\r\n/i.test(head),
        errcode: Number(/errcode"?[:>](\d+)/.exec(body)?.[1] ?? NaN),
        type: /\r\nContent-Type: ([^;\r]+)/i.exec(head)?.[1] ?? '',
      }),
    );
  }
}

interface Answered {
  readonly status: number;
  readonly closes: boolean;
  readonly errcode: number;
  readonly type: string;
}

function post(body: string, more = '', path = QUERY): string {
  const length = Buffer.byteLength(body);
  return (
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${more}` +
    `Content-Length: ${length}\r\n\r\n${body}`
  );
}

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
}

beforeEach(async () => {
  databases += 1;
  const DATABASE_URL = `sqlite:${folder.path}/${databases}.sqlite`;
  app = await opsApp(
    opsConfig({
      DATABASE_URL,
      SHUTDOWN_GRACE_MS: String(GRACE_MS),
      ALIPAY_GATEWAY: `http://127.0.0.1:${(alipay.address() as AddressInfo).port}/gateway.do`,
      ALIPAY_TIMEOUT_MS: String(2 * GRACE_MS),
    }),
  );
  await app.listen(0, '127.0.0.1');
  port = Number(new URL(await app.getUrl()).port);
});
afterEach(async () => {
  for (const { socket } of callers.splice(0)) socket.destroy();
  await app.close();
});
beforeAll(async () => {
  alipay.listen(0, '127.0.0.1');
  await once(alipay, 'listening');
});
afterAll(() => {
  alipay.close();
  folder.remove();
});

function stop(): Promise<void> {
  app.get(ServiceLoad).drain.begin();
  return app.close();
}

const REFUSED = { status: 503, closes: true, errcode: 50301, type: 'application/json' };

describe('a service that stops', () => {
  it('refuses in words on connections that are kept, and on new ones', async () => {
    const kept = await Caller.here();
    kept.socket.write(post('{}'));
    expect(await kept.answers(1)).toMatchObject([{ status: 200, closes: false }]);
    const stopped = stop();
    kept.socket.write(post('{}'));
    expect((await kept.answers(2))[1]).toEqual(REFUSED);
    const fresh = await Caller.here();
    fresh.socket.write(post('{}', 'Accept: application/xml\r\n'));
    expect(await fresh.answers(1)).toEqual([{ ...REFUSED, type: 'application/xml' }]);
    await Promise.all([kept.ended, fresh.ended, stopped]);
    expect([kept.error, fresh.error]).toEqual([null, null]);
    await expect(Caller.here()).rejects.toThrow('ECONNREFUSED');
  });

  it('says that the connection ends in every answer, whatever is asked for', async () => {
    const stopped = stop();
    const pages: [path: string, status: number][] = [
      ['/health/live', 200],
      ['/health/ready', 503],
      ['/docs/', 503],
      ['/nothing', 503],
    ];
    const asked = pages.map(async ([path, status]) => {
      const caller = await Caller.here();
      caller.socket.write(get(path));
      expect([path, await caller.answers(1)]).toMatchObject([path, [{ status, closes: true }]]);
      await caller.ended;
    });
    await Promise.all(asked);
    await stopped;
  });

  it('answers what it accepted before, and ends the connection with it', async () => {
    const caller = await Caller.here();
    caller.socket.write(post(JSON.stringify(anAsk('2')), '', '/api/3Pay/AliPay/ScanCode'));
    await once(alipay, 'connection');
    await Promise.all([stop(), caller.ended]);
    expect(await caller.answers(1)).toMatchObject([{ status: 200, closes: true, errcode: 1 }]);
    expect(caller.error).toBeNull();
  });

  it('reads a body that is on its way before it refuses: nothing is reset', async () => {
    const callerOf = async (length: number): Promise<Caller> => {
      const caller = await Caller.here();
      const text = post('x'.repeat(length));
      caller.socket.write(text.slice(0, -length + 10));
      await wait(20);
      setTimeout(() => caller.socket.write(text.slice(-length + 10)), 150);
      return caller;
    };
    const before = await callerOf(90_000);
    const stopped = stop();
    const after = await callerOf(90_000);
    expect(await before.answers(1)).toEqual([REFUSED]);
    expect(await after.answers(1)).toEqual([REFUSED]);
    await Promise.all([before.ended, after.ended, stopped]);
    expect([before.error, after.error]).toEqual([null, null]);
  });

  it('answers all that was sent at once, and ends the connection with the last', async () => {
    const caller = await Caller.here();
    caller.socket.write(post('{}') + post('{}') + post('{}'));
    await once(app.getHttpServer(), 'request');
    const stopped = stop();
    const answers = await caller.answers(3);
    expect(answers.map(({ closes }) => closes)).toEqual([false, false, true]);
    await Promise.all([caller.ended, stopped]);
    expect(caller.error).toBeNull();
  });

  it('says the refusal unasked on idle and on unfinished connections before they end', async () => {
    const silent = await Caller.here();
    const used = await Caller.here();
    used.socket.write(get('/health/live'));
    await used.answers(1);
    const unfinished = await Caller.here();
    unfinished.socket.write(post('{"billnum":"X"}').slice(0, -5));
    await stop();
    expect(await silent.answers(1)).toEqual([REFUSED]);
    expect((await used.answers(2))[1]).toEqual(REFUSED);
    expect(await unfinished.answers(1)).toEqual([REFUSED]);
    await Promise.all([silent.ended, used.ended, unfinished.ended]);
    expect([silent.error, used.error, unfinished.error]).toEqual([null, null, null]);
  });

  it('holds refusals back while it closes the door, so that nobody is left outside', async () => {
    const { drain } = app.get(ServiceLoad);
    const asking: Promise<unknown>[] = [];
    let lost = 0;
    let refused = 0;
    const till = async (): Promise<void> => {
      for (;;) {
        const caller = await Caller.here().catch(() => null);
        if (caller === null) return;
        caller.socket.write(post('{}'));
        await caller.ended;
        if (caller.error !== null || (await caller.answers(1))[0]?.status !== 503) lost += 1;
        else refused += 1;
      }
    };
    drain.begin();
    for (let i = 0; i < 20; i += 1) asking.push(till());
    await Promise.all([...asking, app.close()]);
    expect(lost).toBe(0);
    expect(refused).toBeGreaterThan(20);
  });
});
