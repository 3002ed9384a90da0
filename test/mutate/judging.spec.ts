import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSource } from '../support/tidy/tidy-source';
import { tempFolder } from '../support/temp-folder';
import { probed } from './entered';
import { EQUAL } from './equal';
import { Importers } from './judges';
import { mutantsOf } from './mutants';
import { Results } from './results';
import { Worker } from './worker-pool';

const ROOT = join(__dirname, '../..');
const DUE = 'src/domain/receipt/due.ts';
const DUE_SPEC = 'src/domain/receipt/due.spec.ts';

describe('a judging process', () => {
  const worker = new Worker();
  afterAll(() => worker.end());

  /** The verdict on `due.ts` with one text in the place of another. */
  function verdict(find: string, replacement: string, seeds = 0) {
    const text = readFileSync(join(ROOT, DUE), 'utf8').replace(find, () => replacement);
    const specs = seeds > 0 ? [] : [DUE_SPEC];
    return worker.ask({ changed: { path: DUE, text }, specs, seeds });
  }

  it('lets a source pass that is as it was, and notices one that is not', async () => {
    const sound = { judge: null, how: '', entered: [] };
    expect(await worker.ask({ changed: null, specs: [DUE_SPEC], seeds: 0 })).toEqual(sound);
    expect(await verdict("case 'waiting':", "case 'none':")).toMatchObject({ judge: DUE_SPEC });
    expect(await verdict("case 'waiting':", 'case (')).toMatchObject({ judge: DUE_SPEC });
    expect(await worker.ask({ changed: null, specs: [DUE_SPEC], seeds: 0 })).toEqual(sound);
  });

  it.each(['', 'jest.setTimeout(60_000);'])(
    'lets a spec wait as long as it says: %s',
    async (says) => {
      const text = `
      import { getState } from 'jest-circus';
      ${says}
      it('waits', () => expect(getState().testTimeout).toBe(${says ? 60_000 : 10_000}));`;
      const question = { changed: { path: DUE_SPEC, text }, specs: [DUE_SPEC], seeds: 0 };
      expect(await worker.ask(question)).toMatchObject({ judge: null });
    },
  );

  it('plays stories where no spec is asked', async () => {
    expect(await verdict('', '', 3)).toMatchObject({ judge: null, how: '' });
    const noticed = await verdict("case 'waiting':", 'case (', 3);
    expect(noticed).toMatchObject({ judge: 'simulation' });
  });

  it('that ends has noticed, and the next one is asked', async () => {
    const fatal = await verdict("case 'waiting':", "case (process.exit(3), 'waiting'):");
    expect(fatal).toMatchObject({ judge: DUE_SPEC, how: 'the process ends' });
    expect(await verdict('', '')).toMatchObject({ judge: null, how: '' });
  });

  it('tells which functions of a probed source were entered', async () => {
    const text = probed(readFileSync(join(ROOT, DUE), 'utf8') + '\nfunction never() {}');
    const probes = text.split('entered?.add').length - 1;
    const question = { changed: { path: DUE, text }, specs: [DUE_SPEC], seeds: 0 };
    const { judge, entered } = await worker.ask(question);
    expect(judge).toBeNull();
    expect(entered).toHaveLength(probes - 1);
    expect(entered).not.toContain(probes - 1);
  });

  it('gives each spec a logger that prints, whatever the one before has silenced', async () => {
    const asked = (body: string) => {
      const text = `
        import { Logger } from '@nestjs/common';
        it('logs', () => {
          const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
          ${body}
          new Logger('x').error('y');
          const { length } = written.mock.calls;
          written.mockRestore();
          expect(length).toBeGreaterThan(0);
        });`;
      return worker.ask({ changed: { path: DUE_SPEC, text }, specs: [DUE_SPEC], seeds: 0 });
    };
    expect(await asked('Logger.overrideLogger(false);')).toMatchObject({ judge: DUE_SPEC });
    expect(await asked('')).toMatchObject({ judge: null });
  });
});

describe('the judges of a source', () => {
  const sources = [
    parseSource('src/a/a.ts', 'export const a = 1;'),
    parseSource('src/a/b.ts', "import { a } from './a';"),
    parseSource('src/a/c.ts', "import type { A } from './a';"),
    parseSource('src/a/a.spec.ts', "import './a';"),
    parseSource('src/a/b.spec.ts', "import './b';"),
    parseSource('src/a/c.spec.ts', "import './c';"),
    parseSource('src/a/snapshot.spec.ts', "import './a'; expect(a).toMatchSnapshot();"),
    parseSource('src/d/d.ts', 'export const d = 1;'),
    parseSource('test/database/d.spec.ts', "import '../../src/d/d';"),
    parseSource('src/sqlserver/e.ts', "import '../d/d';"),
    parseSource('test/tds/d.spec.ts', "import '../../src/sqlserver/e';"),
    parseSource('test/tds/d.ts', "import '../../src/sqlserver/e';"),
    parseSource(
      'test/database/processes.spec.ts',
      "import { spawnSync } from 'node:child_process'; import '../../src/d/d';",
    ),
    parseSource('test/e2e/all.spec.ts', "import '../../src/a/a';"),
    parseSource('test/simulation/world/product.ts', "import '../../../src/a/b';"),
  ];

  it('are the specs that load it, the nearest first, and the simulation', () => {
    const importers = new Importers(sources);
    expect(importers.judgesOf('src/a/a.ts')).toEqual({
      specs: ['src/a/a.spec.ts', 'src/a/b.spec.ts'],
      simulated: true,
    });
    expect(importers.judgesOf('src/a/c.ts')).toEqual({
      specs: ['src/a/c.spec.ts'],
      simulated: false,
    });
  });

  it('are of the database, and of the wire for SQL Server, and start no process', () => {
    const importers = new Importers(sources);
    expect(importers.judgesOf('src/d/d.ts').specs).toEqual(['test/database/d.spec.ts']);
    expect(importers.judgesOf('src/sqlserver/e.ts').specs).toEqual(['test/tds/d.spec.ts']);
  });
});

describe('the verdicts of earlier runs', () => {
  const folder = tempFolder();
  afterAll(folder.remove);

  it('are good while the source is the same; a survivor while the tests are, too', () => {
    const file = join(folder.path, 'new', 'results.jsonl');
    const first = new Results(file, 'tests');
    first.keep('a.ts', 'noticed', 'text', 'a.spec.ts');
    first.keep('a.ts', 'survived', 'text', null);
    const judges = (tests: string, text: string): unknown[] => {
      const kept = new Results(file, tests);
      return ['noticed', 'survived', 'new'].map((name) => kept.judgeOf('a.ts', name, text));
    };
    expect(judges('tests', 'text')).toEqual(['a.spec.ts', null, undefined]);
    expect(judges('more tests', 'text')).toEqual(['a.spec.ts', undefined, undefined]);
    expect(judges('tests', 'other text')).toEqual([undefined, undefined, undefined]);
  });
});

describe('the mutants that are equal', () => {
  it('are there, each with a reason', () => {
    const gone = Object.entries(EQUAL).flatMap(([path, reasons = {}]) => {
      const names = new Set(
        mutantsOf(readFileSync(join(ROOT, path), 'utf8')).map(({ name }) => name),
      );
      return Object.entries(reasons)
        .filter(([name, reason]) => !names.has(name) || reason.length < 10)
        .map(([name]) => `${path} ${name}`);
    });
    expect(gone).toEqual([]);
  });
});
