import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { systemClock } from '../../src/config/system-clock';
import { aLoop, settle } from '../callbacks/loop';
import { Desk, TOLD } from '../database/callback-desk';
import { openFreshSqlite } from '../database/sqlite-books';
import { CallbackReceiver, webhookSecret } from '../support/far-side/callback-receiver';
import type { Heard } from '../support/far-side/callback-receiver';
import { tempFolder } from '../support/temp-folder';

// What is delivered is verified by the libraries of Standard Webhooks as they are published. That
// of npm is a dependency. The others are tried where they are: python3 finds `standardwebhooks`
// (pip, or PYTHONPATH); STANDARD_WEBHOOKS_CS names the folder with the sources of the C# library.

jest.setTimeout(120_000);

const OLD = webhookSecret('a');
const NEW = webhookSecret('b');
const OTHER = webhookSecret('c');
const NAMES = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;

const work = tempFolder();
const deliveries: Heard[] = [];

/** Real deliveries, in both formats, signed by two secrets. */
beforeAll(async () => {
  const books = await openFreshSqlite();
  const desk = new Desk(books);
  const receiver = await new CallbackReceiver(OLD).start();
  for (const format of ['json', 'xml'] as const) {
    const told = { billType: TOLD, url: receiver.url, secrets: [NEW, OLD], format };
    const one = aLoop(books.callbacks, systemClock, told);
    await desk.paid(systemClock.nowMs());
    await settle(one);
    one.client.close();
  }
  deliveries.push(...receiver.heard);
  await receiver.die();
  await books.close();
});
afterAll(() => work.remove());

/** `taken` or `refused`, as the library says. */
type Verify = (secret: string, headers: Record<string, string>, body: string) => string;

interface Library {
  readonly name: string;
  /** Why it is not tried; null: it is there. */
  readonly missing: string | null;
  readonly verify: Verify;
}

function run(command: string, flags: readonly string[]): Verify {
  return (secret, headers, body) => {
    const given = NAMES.map((name) => headers[name] ?? '');
    const { stdout, stderr } = spawnSync(command, [...flags, secret, ...given], { input: body });
    return stdout.toString().trim() || stderr.toString();
  };
}

const npm: Library = {
  name: 'npm',
  missing: null,
  verify: (secret, headers, body) => {
    try {
      new Webhook(secret).verify(body, headers);
      return 'taken';
    } catch (error) {
      // It parses what it has verified, and knows JSON alone.
      return error instanceof SyntaxError ? 'taken' : 'refused';
    }
  },
};

const PYTHON = `
import sys
from standardwebhooks import Webhook
secret, *given = sys.argv[1:]
headers = dict(zip(${JSON.stringify(NAMES)}, given))
body = sys.stdin.buffer.read()
try:
    Webhook(secret).verify(body, headers)
    print('taken')
except ValueError:
    print('taken')  # It parses what it has verified, and knows JSON alone.
except Exception as error:
    print('refused')
`;

function python(): Library {
  const there = spawnSync('python3', ['-c', 'import standardwebhooks']).status === 0;
  const missing = there ? null : 'python3 has no standardwebhooks (pip install standardwebhooks)';
  return { name: 'Python', missing, verify: run('python3', ['-c', PYTHON]) };
}

const CSHARP = `
using System; using System.IO; using System.Net; using System.Text; using StandardWebhooks;
class P { static void Main(string[] a) {
  var headers = new WebHeaderCollection();
  var names = new[] { "${NAMES.join('", "')}" };
  for (var i = 0; i < names.Length; i++) headers.Add(names[i], a[i + 1]);
  var body = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(false)).ReadToEnd();
  try { new Webhook(a[0]).Verify(body, headers); Console.WriteLine("taken"); }
  catch (StandardWebhooks.Exceptions.WebhookVerificationException) { Console.WriteLine("refused"); }
} }`;

function csharp(): Library {
  const sources = process.env['STANDARD_WEBHOOKS_CS'] ?? '';
  const program = join(work.path, 'library.exe');
  const library = { name: 'C#', verify: run('mono', [program]) };
  if (sources === '') return { ...library, missing: 'STANDARD_WEBHOOKS_CS is not set' };
  if (spawnSync('mcs', ['--version']).status !== 0) return { ...library, missing: 'no mcs here' };
  const driver = join(work.path, 'driver.cs');
  writeFileSync(driver, CSHARP);
  const made = spawnSync('mcs', [`-out:${program}`, `-recurse:${join(sources, '*.cs')}`, driver]);
  if (made.status !== 0) throw new Error(made.stderr.toString());
  return { ...library, missing: null };
}

describe.each([npm, python(), csharp()].map((one) => [one.name, one] as const))(
  'the library for %s',
  (_name, { missing, verify }) => {
    const ifThere = missing === null ? it : it.skip;
    const why = missing === null ? '' : ` (${missing})`;

    ifThere(`takes each delivery, with either secret${why}`, () => {
      expect(deliveries.map(({ body }) => body[0])).toEqual(['{', '<']);
      for (const { headers, body } of deliveries) {
        const given = headers as Record<string, string>;
        expect([OLD, NEW].map((secret) => verify(secret, given, body))).toEqual(['taken', 'taken']);
      }
    });

    ifThere(`refuses another secret, body and time${why}`, () => {
      for (const { headers, body } of deliveries) {
        const given = headers as Record<string, string>;
        const old = { ...given, 'webhook-timestamp': String(Number(given[NAMES[1]]) - 301) };
        expect(verify(OTHER, given, body)).toBe('refused');
        expect(verify(OLD, given, `${body} `)).toBe('refused');
        expect(verify(OLD, old, body)).toBe('refused');
        expect(verify(OLD, { ...given, 'webhook-id': 'evt_other' }, body)).toBe('refused');
      }
    });
  },
);
