import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deserialize } from 'bson';
import { TestService } from '../support/process/service';
import { tempFolder } from '../support/temp-folder';

jest.setTimeout(60_000);

const SCRIPT = join(__dirname, '../../scripts/collection.mjs');
const run = promisify(execFile);
const work = tempFolder();
let service: TestService;

beforeAll(async () => {
  service = await TestService.startOnSqlite();
});
afterAll(async () => {
  await service?.stop();
  work.remove();
});

interface Pair {
  readonly key: string;
  readonly value: string;
}

/** A request of Postman's format 2.1, as far as the collection uses it. */
interface Item {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly header: readonly Pair[];
    readonly url: { readonly raw: string };
    readonly body: {
      readonly mode: string;
      readonly raw?: string;
      readonly urlencoded?: readonly Pair[];
      readonly file?: { readonly src: string };
    };
  };
}

interface Collection {
  readonly variable: readonly Pair[];
  readonly item: readonly { readonly name: string; readonly item: readonly Item[] }[];
}

/** Sends a request as Postman would; gives its address and the errcode of the answer. */
async function send(collection: Collection, { request }: Item): Promise<[string, number]> {
  const { raw, urlencoded = [], file } = request.body;
  const form = new URLSearchParams(
    urlencoded.map(({ key, value }): [string, string] => [key, value]),
  );
  const bytes = file ? readFileSync(join(work.path, file.src)) : (raw ?? form.toString());
  const url = collection.variable.reduce(
    (text, { key, value }) => text.replaceAll(`{{${key}}}`, value),
    request.url.raw,
  );
  const headers = request.header.map(({ key, value }): [string, string] => [key, value]);
  const answer = await fetch(url, { method: request.method, headers, body: bytes });
  const body = Buffer.from(await answer.arrayBuffer());
  const type = answer.headers.get('content-type') ?? '';
  const [, inXml] = /<errcode>(\d+)</.exec(body.toString()) ?? [];
  if (type.includes('bson')) return [url, Number(deserialize(body)['errcode'])];
  return [url, Number(inXml ?? JSON.parse(body.toString()).errcode)];
}

describe('npm run collection', () => {
  it('makes requests that work from top to bottom', async () => {
    const args = [SCRIPT, '--to', work.path, '--url', service.url];
    const { stdout } = await run(process.execPath, args);
    const file = join(work.path, '3pay.postman_collection.json');
    const collection = JSON.parse(readFileSync(file, 'utf8')) as Collection;
    const items = collection.item.flatMap(({ item }) => item);
    expect(stdout).toBe(`${file}: ${items.length} requests\n`);

    const told: [string, number][] = [];
    for (const item of items) told.push(await send(collection, item));
    const operations = new Set(told.map(([url]) => url.split('/').at(-1)));
    expect([...operations].toSorted()).toEqual(
      [
        ...['BarCode', 'Cancel', 'Events', 'Get', 'Query', 'QueryStatus', 'Refresh', 'Refund'],
        ...['RefundQuery', 'ScanCode', 'Search'],
      ].toSorted(),
    );
    const refused = told.filter(([, errcode]) => errcode !== 0);
    expect(refused.map(([url, errcode]) => [url.split('/').at(-1), errcode])).toEqual([
      ['Events', 40902], // A sandbox tells no system.
      ['QueryStatus', 40401], // Its second sample has a number that somebody puts in.
    ]);
    const modes = new Set(items.map(({ request }) => request.body.mode));
    expect([...modes]).toEqual(['raw', 'urlencoded', 'file']);
  });

  it.each([
    [[], 'usage: '],
    [['--to', work.path, '--url', 'http://127.0.0.1:1'], 'http://127.0.0.1:1: '],
  ])('says in one line what is wrong: %j', async (args, line) => {
    const failed = run(process.execPath, [SCRIPT, ...args]);
    await expect(failed).rejects.toMatchObject({
      code: 2,
      stderr: expect.stringMatching(new RegExp(`^${line}.*\n$`)) as unknown,
    });
  });
});
