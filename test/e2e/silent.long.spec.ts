import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import { ask, messagePort, OVER_TCP, RawCaller } from '../support/process/message-client';
import { TestService } from '../support/process/service';

jest.setTimeout(60_000);

/** The limit of 10 s, a look a second, and a busy machine. ms. */
const CUT_WITHIN_MS = 14_000;
const NOBODY = { billnum: 'NOBODY', autoid: '1', billtype: '2', paytype: '98' };

let service: TestService;

beforeAll(async () => {
  service = await TestService.start(OVER_TCP);
});
afterAll(() => service?.stop());

/** How long a connection lives on which only `first` is said, ms; null: longer than it may. */
async function lifeOf(port: number, first: string): Promise<number | null> {
  const startedAt = performance.now();
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  if (first !== '') socket.write(first);
  socket.resume();
  const ended = once(socket, 'close').then(() => performance.now() - startedAt);
  const life = await Promise.race([ended, wait(CUT_WITHIN_MS, null, { ref: false })]);
  socket.destroy();
  return life;
}

describe('a new connection on which nobody asks', () => {
  it('is cut, over HTTP and for messages; who has asked is left in peace', async () => {
    const http = Number(new URL(service.url).port);
    const messages = messagePort(service);
    const used = await RawCaller.to(messages);
    await used.send('nothing', '{}');
    const client = ClientProxyFactory.create({
      transport: Transport.TCP,
      options: { host: '127.0.0.1', port: messages },
    });
    await client.connect();
    const lives = await Promise.all([lifeOf(http, ''), lifeOf(http, '\r\n'), lifeOf(messages, '')]);
    expect(lives).toEqual(Array(3).fill(expect.any(Number)));
    expect(Math.min(...lives.map(Number))).toBeGreaterThan(5_000);
    expect(await used.send('nothing', '{}')).toContain('40400');
    used.end();
    // A client of Nest's that connected early and was silent connects again.
    expect(await ask(client, 'alipay.query', NOBODY)).toMatchObject({ errcode: 40401 });
    await client.close();
  });
});
