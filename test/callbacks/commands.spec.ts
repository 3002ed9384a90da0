import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readCallbacks } from '../../src/config/callback-config';
import { systemRandomness } from '../../src/config/system-clock';
import { EnvReader } from '../../src/config/reading/env-reader';
import { callbacksCommand } from '../../src/legacy-db/commands/callbacks/callbacks';
import { CallbackClient } from '../../src/callbacks/delivery/callback-client';
import { signedHeaders } from '../../src/callbacks/delivery/callback-signature';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { storesOf, T0 } from '../database/books';
import type { FreshBooks, Stores } from '../database/books';
import { Desk } from '../database/callback-desk';
import { SqliteInspect } from '../database/sqlite-books';
import { CallbackReceiver, webhookSecret } from '../support/far-side/callback-receiver';
import { ManualClock } from '../support/manual-clock';
import { tempFolder } from '../support/temp-folder';
import { aLoop, settle } from './loop';

jest.setTimeout(30_000);

const SECRET = webhookSecret('a');

describe('npm run callbacks', () => {
  const folder = tempFolder();
  const file = join(folder.path, 'books.sqlite');
  const clock = new ManualClock(T0);
  const receiver = new CallbackReceiver(SECRET, () => clock.nowMs());
  afterAll(async () => {
    await receiver.die();
    folder.remove();
  });

  function run(...words: string[]) {
    const env = { CALLBACK_URL_2: 'http://pos.lan/', CALLBACK_SECRET: SECRET };
    const receivers = readCallbacks(new EnvReader(env, () => ''), false);
    const database = { kind: 'sqlite', file } as const;
    return callbacksCommand(words, { database, receivers, clock, randomness: systemRandomness });
  }

  async function life(work: (stores: Stores, desk: Desk) => Promise<void>): Promise<void> {
    const open = await openSqlite(file, clock);
    const inspect = new SqliteInspect(file);
    const stores = storesOf(open);
    const books: FreshBooks = { ...stores, inspect, close: () => Promise.resolve() };
    try {
      await work(stores, new Desk(books));
    } finally {
      inspect.close();
      await open.close();
    }
  }

  async function tell(stores: Stores): Promise<void> {
    const told = { billType: '2', url: receiver.url, secrets: [SECRET], format: 'json' } as const;
    const one = aLoop(stores.callbacks, clock, told);
    await settle(one);
    one.client.close();
  }

  it('makes no books where there are none', async () => {
    const { exitCode, lines } = await run('show');
    expect([exitCode, lines]).toEqual([1, [`there are no books at ${file}`]]);
  });

  it('shows what waits, and has it sent again under the same id', async () => {
    await receiver.start();
    await life(async (stores, desk) => {
      for (let each = 0; each < 3; each += 1) await desk.paid(clock.nowMs());
      await tell(stores);
      clock.pass(60_000);
      await desk.paid(clock.nowMs());
      await desk.number();
    });
    clock.pass(5_000);
    const { lines } = await run('show');
    expect(lines[1]).toBe('bill type 2: told, last seq 4, 1 waiting, the oldest for 5 s');
    expect(lines[2]).toBe('bill type 3: not told, last seq 0, 0 waiting');
    expect(await run('resend', '--type', '2', '--from', '2', '--to', '2')).toEqual({
      exitCode: 0,
      lines: ['1 to be sent again to bill type 2'],
    });
    const since = new Date(T0 + 1).toISOString();
    const later = await run('resend', '--type', '2', '--since', since);
    expect(later.lines).toEqual(['0 to be sent again to bill type 2']);
    const before = receiver.heard.length;
    await life((stores) => tell(stores));
    expect(receiver.heard.length - before).toBe(2);
    expect(receiver.ledger).toHaveLength(4);
  });

  it.each([
    [[]],
    [['resend']],
    [['resend', '--type', '2']],
    [['resend', '--type', '8', '--from', '1']],
    [['resend', '--type', '2', '--from']],
    [['resend', '--type', '2', '--from', '0']],
    [['resend', '--type', '2', '--since', '2026-11-22 12:00']],
    [['resend', '--type', '3', '--from', '1']],
    [['show', 'more']],
  ])('refuses %j', async (words) => {
    expect((await run(...words)).exitCode).toBe(1);
  });
});

describe('npm run receiver', () => {
  it('takes what is signed, refuses what is not, and fails when it is told', async () => {
    const script = join(__dirname, '../../scripts/receiver.mjs');
    const words = [script, '--secret', SECRET, '--port', '0', '--fail', '1', '--answer', '503'];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const client = new CallbackClient(5_000);
    try {
      while (!printed.includes('listening')) await wait(10);
      const url = /http:\S+/.exec(printed)?.[0] ?? '';
      const body = '{"type":"payment.paid"}';
      const send = async (secret: string) => {
        const headers = signedHeaders([secret], 'evt_1', body, Date.now());
        return (await client.send({ url, headers, body }, new AbortController().signal)).status;
      };
      expect(await send(webhookSecret('b'))).toBe(401);
      expect([await send(SECRET), await send(SECRET), await send(SECRET)]).toEqual([503, 204, 204]);
      // It may print behind its answer.
      for (let look = 0; look < 500 && !printed.includes('known'); look += 1) await wait(10);
      expect(printed).toMatch(/401 REFUSED[\s\S]*503 failing evt_1[\s\S]*taken evt_1[\s\S]*known/);
    } finally {
      client.close();
      child.kill();
      await once(child, 'exit');
    }
  });
});
