import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { Outbox } from './outbox';

const responses: ServerResponse[] = [];
const server = createServer((_request, response) => {
  responses.push(response);
  server.emit('asked');
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterAll(() => server.close());

/** Asks on a connection of its own; the server's side of it waits for an answer. */
async function ask(): Promise<{ socket: Socket; response: ServerResponse }> {
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  await once(server, 'asked');
  const response = responses.pop();
  if (!response) throw new Error('the server has no request');
  return { socket, response };
}

async function textOf(socket: Socket): Promise<string> {
  let text = '';
  for await (const piece of socket) text += String(piece);
  return text;
}

it('keeps what is put in one turn until the turn ends, then sends all of it', async () => {
  const outbox = new Outbox();
  const asked = [await ask(), await ask(), await ask()];
  asked.forEach(({ response }, at) => outbox.put(response, `answer ${at}`));
  expect(asked.map(({ response }) => response.writableEnded)).toEqual([false, false, false]);
  await turn();
  expect(asked.map(({ response }) => response.writableEnded)).toEqual([true, true, true]);
  for (const [at, { socket }] of asked.entries()) {
    expect(await textOf(socket)).toMatch(new RegExp(`\r\n\r\nanswer ${at}$`));
  }
});

it('sends the next turn’s answers too, each once', async () => {
  const outbox = new Outbox();
  for (const body of ['first', 'second']) {
    const { socket, response } = await ask();
    outbox.put(response, body);
    expect((await textOf(socket)).split(body)).toHaveLength(2);
  }
});

it('sends the other answers when a client has gone before its own', async () => {
  const outbox = new Outbox();
  const [gone, waiting] = [await ask(), await ask()];
  let sent = 0;
  gone.response.on('finish', () => (sent += 1));
  gone.socket.destroy();
  await once(gone.response, 'close');
  outbox.put(gone.response, 'nobody reads this');
  outbox.put(waiting.response, 'somebody reads this');
  expect(await textOf(waiting.socket)).toMatch(/somebody reads this$/);
  expect(sent).toBe(0);
});
