import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { readConfig } from '../src/config/config';
import { ConfigError } from '../src/config/reading/config-error';
import { ERRORS } from '../src/domain/errors';
import { BEGIN, END, spellType } from '../src/legacy-db/sqlserver/procedures/contract';
import { isSetting, SETTING_NAMES, settingRow } from '../src/config/reading/settings';
import {
  errorsTable,
  settingsTable,
  Table,
  tableUnder,
  toMarkdown,
} from './support/tidy/tidy-docs';

function read(path: string): string {
  return readFileSync(join(__dirname, '..', path), 'utf8');
}

describe.each(['README.md', 'README.zh-CN.md'])('%s', (page) => {
  it('names the Nodes that package.json names', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    expect(read(page)).toContain(`Node \`${engines.node}\``);
  });
});

describe('docs/configuration.md', () => {
  it('holds the table of the settings', () => {
    const page = tableUnder('## Every setting', read('docs/configuration.md'));
    expect(toMarkdown(page)).toBe(toMarkdown(settingsTable()));
  });
});

describe('docs/errors.md', () => {
  it('holds the table of the errors', () => {
    const page = tableUnder('## Every error', read('docs/errors.md'));
    expect(toMarkdown(page)).toBe(toMarkdown(errorsTable()));
  });
});

describe('docs/integrating.md', () => {
  it('says of every errcode what a till does', () => {
    const heading = '## Errcodes, and what a till does';
    const [, ...rows] = tableUnder(heading, read('docs/integrating.md'));
    const named = rows.flatMap(([errcodes]) => errcodes?.match(/\d+/g) ?? []);
    const known = Object.values(ERRORS).map(({ errcode }) => String(errcode));
    expect(named.sort()).toEqual(['0', ...known].sort());
  });

  it('names every message that is served', () => {
    const rows = tableUnder('## Messages', read('docs/integrating.md')).slice(1);
    const sources = readdirSync(join(__dirname, '../src'), { recursive: true, encoding: 'utf8' });
    const controllers = sources.filter((file) => file.endsWith('.controller.ts'));
    const served = controllers.flatMap((file) => {
      const found = read(`src/${file}`).matchAll(/^ {4}message: '([^']+)',$/gm);
      return [...found].map(([, pattern]) => `\`${pattern}\``);
    });
    expect(served.length).toBeGreaterThan(2);
    expect(rows.map(([pattern]) => pattern).sort()).toEqual(served.sort());
  });
});

describe('docs/operating.md', () => {
  it('says of every alarm what an operator does', () => {
    const kinds = read('src/domain/ports/alarm.ts').matchAll(/^ {2}\| '(\w+)'/gm);
    const names = [...kinds].map(([, kind]) => kind ?? '');
    expect(names.length).toBeGreaterThan(10);
    const page = read('docs/operating.md');
    expect(names.filter((name) => !page.includes(`| \`${name}\``))).toEqual([]);
  });
});

describe('docs/legacy-database.md', () => {
  it.each([
    ['## Begin: a payment starts', BEGIN],
    ['## End: a payment has a result', END],
  ])('%s holds the contract of the procedure', (heading, { parameters }) => {
    const [, ...rows] = tableUnder(heading, read('docs/legacy-database.md'));
    expect(rows.map((row) => row.slice(0, 3))).toEqual(
      parameters.map(({ name, type, direction }) => [
        `\`@${name}\``,
        spellType(type),
        direction === 'out' ? 'output' : 'in',
      ]),
    );
  });
});

describe('.env.example', () => {
  const sample = read('.env.example');
  const names = [...sample.matchAll(/^#? ?([A-Za-z0-9_]+)=/gm)].map(([, name]) => name ?? '');

  it('names known settings alone, each once', () => {
    expect(names.filter((name) => !isSetting(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(10);
  });

  it('sets nothing as it stands', () => {
    expect(parseEnv(sample)).toEqual({});
  });

  it('with every line in force is refused for its placeholders alone', () => {
    const env = parseEnv(sample.replace(/^# ?(?=[A-Za-z0-9_]+=)/gm, ''));
    const placeholders = names.filter((name) => env[name]?.includes('change-me'));
    expect(placeholders.length).toBeGreaterThan(0);
    const refused = problemsOf(env).map((line) => line.split(':')[0] ?? '');
    expect(refused.filter((name) => !placeholders.includes(name))).toEqual([]);
    expect(placeholders.filter((name) => !refused.includes(name))).toEqual([]);
  });

  it('shows no default that is not the real one', () => {
    const env = parseEnv(sample.replace(/^# ?(?=[A-Za-z0-9_]+=)/gm, ''));
    const differing = SETTING_NAMES.filter((name) => {
      const { fallback, secret, choices } = settingRow(name);
      const shown = env[name];
      return shown !== undefined && fallback !== null && shown !== fallback && !secret && !choices;
    });
    expect(differing).toEqual([]);
  });
});

describe('the comparison', () => {
  const table: Table = [
    ['name', 'meaning'],
    ['`A`', 'one | two'],
  ];

  it('reads back what it writes, whatever the width of the columns', () => {
    const page = `# Page\n\n## Table\n\nText.\n\n${toMarkdown(table)}\n\nMore.\n\n| x |\n`;
    expect(tableUnder('## Table', page)).toEqual(table);
    expect(tableUnder('## Table', page.replaceAll(' |', '      |'))).toEqual(table);
  });

  it('sees a changed cell, a missing row and a missing table', () => {
    const page = `## Table\n${toMarkdown(table)}`;
    expect(tableUnder('## Table', page.replace('one', 'two'))).not.toEqual(table);
    expect(tableUnder('## Table', page.slice(0, page.lastIndexOf('\n')))).toHaveLength(1);
    expect(tableUnder('## Other', page)).toEqual([]);
  });
});

function problemsOf(env: Record<string, string | undefined>): readonly string[] {
  try {
    readConfig(env, () => '');
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('pictures', () => {
  const pages = ['README.md', 'README.zh-CN.md', ...readdirSync(join(__dirname, '../docs'))]
    .filter((name) => name.endsWith('.md'))
    .map((name) => (name.startsWith('README') ? name : `docs/${name}`));
  const named = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?:docs\/)?pictures\/([\w.-]+)\)/g)].map(([, name]) => name),
  );

  it('that a page names are there, and small; no other is kept', () => {
    const folder = join(__dirname, '../docs/pictures');
    const kept = readdirSync(folder);
    expect([...new Set(named)].sort()).toEqual(kept.sort());
    const large = kept.filter((name) => statSync(join(folder, name)).size > 120_000);
    expect(large).toEqual([]);
  });
});
