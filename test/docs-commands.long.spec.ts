import { FAULT_KINDS, CONDITION_KINDS } from '../src/simulator/gateway/faults';
import { TAMPERINGS } from '../src/simulator/notify/notify-form';
import { PLANTS } from '../src/simulator/bill/plants';
import { Block, blocksOf, docPages, isCommand, pageText } from './support/docs/doc-page';
import { follow, levelled } from './support/docs/doc-run';

jest.setTimeout(180_000);

/** A bill that has a code, for pages that look at one. */
const A_CODE = `curl -s http://127.0.0.1:3000/api/3Pay/AliPay/ScanCode -d \
  'billnum=DEMO-1001&billtype=1&body=a&paytype=98&paymentvalue=88.88'`;

/** Pages whose commands are typed here, one after the other, and what is typed before them. */
const FOLLOWED: Readonly<Record<string, string>> = {
  'README.md': '',
  'docs/configuration.md': 'KEY=secret',
  'docs/console.md': '',
  'docs/operating.md': '',
  'docs/receipts.md': A_CODE,
  'docs/reconciliation.md': '',
  'docs/refunds.md': '',
  'docs/rehearsal.md': '',
  'src/simulator/README.md': '',
};

/** Pages that say the same as another one: `docs-translation.spec.ts` holds them equal. */
const TRANSLATED = ['README.zh-CN.md', 'src/simulator/README.zh-CN.md'];

/** Commands that are not typed as they stand there, by how they begin, and who runs them. */
const NOT_TYPED: readonly (readonly [page: string, begins: string, why: string])[] = [
  ['README.md', 'npm ci && npm start', '.ci/run installs; test/processes starts what is built'],
  ['README.md', 'npm ci && npm test', '.ci/run does it'],
  ['README.md', 'npm run demo', 'goes on serving; test/processes/demo.long.spec.ts starts it'],
  [
    'docs/callbacks.md',
    'SECRET="whsec_$(openssl rand -base64 32)"',
    'goes on until it is stopped; test/callbacks/commands.spec.ts starts it',
  ],
  [
    'docs/callbacks.md',
    "curl -H 'X-Api-Key: ...' -H 'Content-Type: application/json' \\",
    'needs a key and a receiver; test/e2e/callbacks.spec.ts asks the same',
  ],
  [
    'docs/callbacks.md',
    'npm run callbacks -- show',
    'needs what waits at a system; test/callbacks/commands.spec.ts runs each of them',
  ],
  ['docs/keeping.md', 'npm run ', 'test/e2e/keeping.long.spec.ts goes the whole way'],
  ['docs/operating.md', 'npm run build', 'on stopped books; test/e2e/restore.spec.ts restores'],
  [
    'docs/operating.md',
    'npm run doctor  ',
    'wants production; test/e2e/doctor.spec.ts runs each of them',
  ],
  ['docs/operating.md', 'npm run db:check', 'needs SQL Server; test/tds and test/database'],
  [
    'docs/operating.md',
    'MSSQL_SA_PASSWORD=Three-Pay-2026 docker compose up --build',
    'needs Docker; test/deploy.spec.ts reads the file',
  ],
  ['docs/performance.md', 'npm run bench -- --json bench.json', '.ci/run does a short one'],
  [
    'docs/receipts.md',
    "curl -OJ -H 'X-Api-Key: ...' ",
    'needs a key; test/receipts asks for the same file',
  ],
  [
    'docs/reconciliation.md',
    'npm run reconcile -- --date 2026-11-29',
    'needs the bill of a day that is over; test/e2e/reconcile.spec.ts makes one',
  ],
  [
    'docs/reconciliation.md',
    'npm run alarms -- close 17 ',
    'needs that alarm; docs/rehearsal.md closes one',
  ],
  ['docs/till.md', 'npm run --silent key -- make', 'docs/console.md makes one'],
  ['docs/tracing.md', 'npm run build', 'test/tracing/traces.spec.ts starts what is built so'],
  ['docs/tracing.md', 'OTEL_EXPORTER_OTLP_ENDPOINT=', 'test/tracing/traces.spec.ts starts it'],
  ['docs/tracing.md', 'npm install --prefix', 'another folder, and the network'],
  ['src/simulator/README.md', 'npm run simulator', 'test/simulator/process.spec.ts starts it'],
];

/** Every block of a page that is to be typed. */
function commandsOf(page: string): Block[] {
  return blocksOf(page).filter(isCommand);
}

describe.each(Object.entries(FOLLOWED))('%s', (page, before) => {
  it('can be followed to its end, and shows what is then to be seen', async () => {
    const commands = commandsOf(page).filter((block) => !isListed(block));
    const { code, printed, complaints } = await follow(commands, before);
    expect({ code, complaints: code === 0 ? '' : complaints }).toEqual({ code: 0, complaints: '' });
    expect(missing(page, commands, printed)).toEqual([]);
  });
});

/** Lines that the page shows after a command and that nothing before them has printed. */
function missing(page: string, commands: readonly Block[], printed: readonly string[]): string[] {
  const shown = blocksOf(page).filter(({ lang }) => lang === 'text');
  return shown.flatMap(({ line, text }) => {
    const before = commands.filter((command) => command.line < line).length;
    if (before === 0) return [];
    const seen = new Set(levelled(printed.slice(0, before).join('\n')).split('\n'));
    const wanted = levelled(text).split('\n');
    return wanted.filter((one) => !seen.has(one)).map((one) => `${page}:${line} ${one}`);
  });
}

function isListed({ page, text }: Block): boolean {
  return NOT_TYPED.some(([its, begins]) => its === page && text.startsWith(begins));
}

describe('the commands of the documents', () => {
  it('are all typed by a test, or it is said here why not', () => {
    const open = docPages()
      .filter((page) => FOLLOWED[page] === undefined && !TRANSLATED.includes(page))
      .flatMap(commandsOf)
      .filter((block) => !isListed(block));
    expect(open.map(({ page, line, text }) => `${page}:${line} ${text.split('\n')[0]}`)).toEqual(
      [],
    );
  });

  it('are listed only where they are', () => {
    const there = docPages().flatMap(commandsOf);
    const gone = NOT_TYPED.filter(
      ([page, begins]) => !there.some((one) => one.page === page && one.text.startsWith(begins)),
    );
    expect(gone).toEqual([]);
  });
});

describe('docs/rehearsal.md', () => {
  it('names every fault, every tampering and every difference of the simulator', () => {
    const page = pageText('docs/rehearsal.md');
    const all = [...FAULT_KINDS, ...CONDITION_KINDS, ...TAMPERINGS, ...PLANTS];
    expect(all.filter((one) => !page.includes(`\`${one}\``) && !page.includes(`"${one}"`))).toEqual(
      [],
    );
  });
});
