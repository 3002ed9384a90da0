import type { NestExpressApplication } from '@nestjs/platform-express';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock, systemRandomness } from '../../src/config/system-clock';
import { keysCommand } from '../../src/legacy-db/commands/keys/keys';
import { tempFolder } from '../support/temp-folder';
import { apiKeys, testKey } from './keys';
import { opsApp, opsConfig } from './ops-app';

jest.setTimeout(60_000);

const BOSS = testKey('boss', 'operator');
const folder = tempFolder();
const file = `${folder.path}/books.sqlite`;
const config = opsConfig({ DATABASE_URL: `sqlite:${file}`, API_KEYS: apiKeys([BOSS]) });
let app: NestExpressApplication;

async function run(words: string, access = config.access) {
  const books = { database: config.database, clock: systemClock, randomness: systemRandomness };
  const verdict = await keysCommand(words === '' ? [] : words.split(' '), { ...books, access });
  return { exitCode: verdict.exitCode, text: verdict.lines.join('\n') };
}

function secretIn(text: string): string {
  return /X-Api-Key: (3pay_[\w-]{43})/.exec(text)?.[1] ?? '';
}

beforeAll(async () => {
  expect((await run('make --name early --role till --billtypes 1')).text).toMatch(/no books at/);
  app = await opsApp(config);
  await app.listen(0, '127.0.0.1');
});
afterAll(async () => {
  await app?.close();
  folder.remove();
});

async function query(secret: string, billtype = '1'): Promise<number> {
  const answer = await fetch(`${await app.getUrl()}/api/3Pay/AliPay/Query`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Api-Key': secret },
    body: JSON.stringify({ billnum: 'none', autoid: '98|0|1', billtype, paytype: '98' }),
  });
  return ((await answer.json()) as { errcode: number }).errcode;
}

describe('npm run key', () => {
  it('makes and revokes keys of a service that runs', async () => {
    const made = await run('make --name gate-1 --role till --billtypes 12');
    expect(made).toMatchObject({ exitCode: 0 });
    expect(made.text).toContain('gate-1: till of 12, in force within five seconds');
    const secret = secretIn(made.text);
    // Believed for five seconds at most: what the service read before may be that old.
    for (let look = 0; look < 100 && (await query(secret)) === 40_100; look += 1) await wait(100);
    expect([await query(secret), await query(secret, '3')]).toEqual([40_401, 40_300]);
    expect((await run('list')).text).toMatch(
      /^gate-1 {2}till of 12 {2}made \S+ \S+ by npm run key$/,
    );
    expect(await run('revoke --name gate-1')).toMatchObject({ exitCode: 0 });
    for (let look = 0; look < 100 && (await query(secret)) === 40_401; look += 1) await wait(100);
    expect([await query(secret), await query(BOSS.secret)]).toEqual([40_100, 40_401]);
    expect((await run('list')).text).toMatch(/, revoked \S+ \S+ by npm run key$/);
    expect((await run('revoke --name gate-1')).text).toContain('before');
    expect((await run('make --name gate-1 --role till --billtypes *')).exitCode).toBe(1);
  });

  it('gives no name that API_KEYS has, and revokes none of those', async () => {
    expect((await run('make --name boss --role till --billtypes *')).exitCode).toBe(1);
    expect((await run('revoke --name boss')).text).toContain('API_KEYS');
    expect((await run('revoke --name nobody')).text).toBe('nobody: no such key');
  });

  it('keeps the last operator', async () => {
    await run('make --name chief --role operator --billtypes *');
    const alone = { ...config.access, apiKeys: [] };
    expect(await run('revoke --name chief', alone)).toMatchObject({ exitCode: 1 });
    expect(await run('revoke --name chief')).toMatchObject({ exitCode: 0 });
  });

  it('makes an entry for API_KEYS and writes nothing', async () => {
    const before = (await run('list')).text;
    const { text } = await run('--name pos --role till --billtypes 21');
    expect(text).toMatch(/^API_KEYS entry: pos:till:12:[0-9a-f]{64}$/m);
    expect(secretIn(text)).not.toBe('');
    expect((await run('list')).text).toBe(before);
  });

  it.each([
    '',
    'make',
    'make --name a --role boss --billtypes 1',
    'make --name a --role till --billtypes 8',
    'make --name a/b --role till --billtypes 1',
    'make --name a --role till --billtypes 1 --more',
    'revoke',
    'revoke --name a --role till',
    'list all',
    '--name a --role till',
  ])('says how it goes after: %s', async (words) => {
    const { exitCode, text } = await run(words);
    expect(exitCode).toBe(2);
    expect(text).toContain('npm run key -- make');
  });
});
