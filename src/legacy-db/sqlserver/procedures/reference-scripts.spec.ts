import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { QueryRunner } from 'typeorm';
import { Secret } from '../../../config/reading/secret';
import { BEGIN, END, REFERENCE_MARK, spellType, type ProcedureContract } from './contract';
import { mssqlDataSource } from '../mssql-data-source';
import { findProcedure, installReference, readBatches } from './reference-scripts';
import { referenceVersion, versionOf } from './reference-scripts';

const FILES = [
  ...['receipt-tables.sql', 'held-values.sql', 'begin.sql', 'end.sql', 'card-keys.sql'],
];

/** Each system's table, by hand. */
const TABLES = {
  '1': 'receipt_scenic',
  '2': 'receipt_pos',
  '3': 'receipt_car_rental',
  '4': 'receipt_shuttle',
  '5': 'receipt_equipment',
  '6': 'receipt_concession',
  '7': 'receipt_stored_value',
};

/** What SQL Server 2012 or a compatible engine may not have, or not alike. */
const LACKING = [
  ...[
    'merge',
    'create\\s+or\\s+alter',
    'alter\\s+procedure',
    'string_agg',
    'json_\\w+',
    'openjson',
  ],
  ...['waitfor', 'execute\\s+as', 'cursor', 'sequence', 'sp_getapplock', 'try_convert', 'try_cast'],
  ...['iif', 'concat', 'exec', 'raiserror', 'throw', 'top', 'output\\s+inserted', 'tablock\\w*'],
  ...['for\\s+system_time'],
];

/** The statements of a script without its comments. */
function code(file: string): string {
  return readBatches(file).join('\n').replace(/--.*$/gm, '');
}

/** The parameters a `create procedure` declares, as the contract spells them. */
function declared(file: string): string[] {
  const head = /create procedure [\w.]+\n([\s\S]*?)\nas\n/.exec(code(file))?.[1] ?? '';
  return head.split(/,\n/).map((line) => {
    const [, name, type, out] = /^\s*@(\w+) (\S+)( output)?$/.exec(line) ?? [];
    return `@${name} ${type} ${out ? 'out' : 'in'}`;
  });
}

describe('the reference scripts', () => {
  it.each<[string, ProcedureContract]>([
    ['begin.sql', BEGIN],
    ['end.sql', END],
  ])('%s declares the contract, behind a batch that drops its own like alone', (file, contract) => {
    const [drop, ...procedures] = readBatches(file);
    expect(procedures).toHaveLength(1);
    expect(
      drop
        ?.replace(/^--.*$/gm, '')
        .trim()
        .replace(/\s+/g, ' '),
    ).toBe(
      `if exists (select 1 from sys.sql_modules where object_id = object_id(N'${contract.name}') ` +
        `and definition like N'%${REFERENCE_MARK}%') drop procedure ${contract.name};`,
    );
    expect(procedures[0]).toContain(`-- ${REFERENCE_MARK}, version `);
    expect(code(file)).toContain(`create procedure ${contract.name}\n`);
    const wanted = contract.parameters.map(
      ({ name, type, direction }) => `@${name} ${spellType(type)} ${direction}`,
    );
    expect(declared(file)).toEqual(wanted);
  });

  it.each(FILES)('%s begins with the mark of UTF-8, which is not sent', (file) => {
    expect(readFileSync(join(__dirname, file)).subarray(0, 3).toString('hex')).toBe('efbbbf');
    expect(readBatches(file).join('')).not.toContain('\uFEFF');
  });

  it.each(FILES)('%s uses nothing that a compatible engine may lack', (file) => {
    const banned = new RegExp(`\\b(?:${LACKING.join('|')})\\b`, 'i');
    expect(banned.exec(code(file))).toBeNull();
    // Text literals are national ones.
    expect(code(file).replace(/N'(?:[^']|'')*'/g, '')).not.toContain("'");
    // An `end;` before `else` would end the `if`.
    expect(code(file)).not.toMatch(/end;\s*else/);
  });

  it.each(['begin.sql', 'end.sql'])('%s is safe by its own settings', (file) => {
    expect(code(file)).toMatch(/as\nbegin\n\s*set nocount on;\n\s*set xact_abort on;/);
    const opens = code(file).match(/\bbegin transaction;/g) ?? [];
    expect(opens).toHaveLength(1);
  });

  it.each(['begin.sql', 'end.sql'])('%s sends each bill type to its own table alone', (file) => {
    const branches = [...code(file).matchAll(/if @billtype = N'(\d)'\n([^;]*);/g)];
    const pairs = branches
      .map(([, type = '', body = '']) => [type, /dbo\.(receipt_\w+)/.exec(body)?.[1]])
      // The numbering within a bill is for scenic tickets alone.
      .filter(([, table]) => table !== undefined);
    expect(pairs.length).toBeGreaterThanOrEqual(14);
    for (const [type, table] of pairs) {
      expect([type, table]).toEqual([type, TABLES[type as keyof typeof TABLES]]);
    }
    const counts = Object.keys(TABLES).map((type) => pairs.filter(([one]) => one === type).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
  });

  it('begins at a whole second, as payments are dated', () => {
    expect(code('begin.sql')).toContain(
      'set @begunat = dateadd(millisecond, -datepart(millisecond, @begunat), @begunat);',
    );
  });

  it('makes nothing that is there', () => {
    const batches = readBatches('receipt-tables.sql');
    expect(batches).toHaveLength(10);
    for (const batch of batches) {
      const name = /create table dbo\.(\w+) \(/.exec(batch)?.[1];
      expect(batch.replace(/--.*\n/g, '').trim()).toMatch(
        new RegExp(`^if object_id\\(N'dbo\\.${name}'\\) is null\\nbegin\\n[\\s\\S]*\\nend;$`),
      );
    }
  });
});

describe('a migration', () => {
  /** What is sent to a database that has these procedures. */
  async function sentTo(procedures: readonly string[]): Promise<string[]> {
    const sent: string[] = [];
    const there = (text: string) => procedures.some((name) => text.includes(`N'${name}'`));
    const runner = {
      query: (text: string) => Promise.resolve([{ id: there(text) ? 1 : null }]),
      isTransactionActive: true,
      databaseConnection: {
        request: () => ({ batch: (text: string) => Promise.resolve(void sent.push(text)) }),
      },
    };
    await installReference(runner as unknown as QueryRunner);
    return sent.map(
      (text) => /^ *(?:(?:create|drop|alter) \w+|update) [\w.]+/m.exec(text)?.[0].trim() ?? text,
    );
  }

  const TABLES_MADE = [
    ...Object.values(TABLES).map((name) => `create table dbo.${name}`),
    ...['receipt_serial', 'card_balance', 'receipt_base'].map((name) => `create table dbo.${name}`),
    'alter table dbo.receipt_stored_value',
    'update dbo.receipt_stored_value',
  ];

  it('makes the tables and what procedures are missing, and drops nothing', async () => {
    const [begin, end] = [BEGIN, END].map(({ name }) => `create procedure ${name}`);
    expect(await sentTo([])).toEqual([...TABLES_MADE, begin, end]);
    expect(await sentTo([BEGIN.name])).toEqual([...TABLES_MADE, end]);
    expect(await sentTo([BEGIN.name, END.name])).toEqual([]);
  });

  it('takes a procedure for missing where the database says nothing of it', async () => {
    for (const rows of [[], [{}], [{ id: null }]]) {
      const batch = jest.fn(() => Promise.resolve());
      const runner = {
        query: () => Promise.resolve(rows),
        isTransactionActive: true,
        databaseConnection: { request: () => ({ batch }) },
      };
      await installReference(runner as unknown as QueryRunner);
      expect(batch).toHaveBeenLastCalledWith(expect.stringContaining(`procedure ${END.name}\n`));
    }
  });

  it('is noted in a table of one name alone', () => {
    const source = mssqlDataSource({ url: new Secret('mssql://u:p@127.0.0.1:1/books') }, []);
    expect(source.driver.buildTableName('migrations', undefined, 'books')).toBe('migrations');
  });
});

describe('the version of a procedure', () => {
  it('is in its text, where it is one of ours', () => {
    expect(versionOf(`create procedure a -- ${REFERENCE_MARK}, version 12. More.`)).toBe(12);
    expect(versionOf(`create procedure a -- ${REFERENCE_MARK}.`)).toBe(1);
    expect(versionOf('create procedure theirs -- version 3.')).toBeNull();
  });

  it('that this service brings is that of its scripts, none for another name', () => {
    expect([BEGIN, END].map(({ name }) => referenceVersion(name))).toEqual([2, 2]);
    expect(referenceVersion('dbo.Other')).toBe(0);
  });

  it.each([
    [[{ id: null }], [], null],
    [[{}], [], null],
    [[], [], null],
    [[{ id: 5 }], [{ definition: `-- ${REFERENCE_MARK}, version 2.` }], { version: 2 }],
    [[{ id: 5 }], [{ definition: null }], { version: null }],
    [[{ id: 5 }], [], { version: null }],
  ])('is found by %j and %j: %j', async (objects, modules, found) => {
    const query = (text: string) =>
      Promise.resolve<object[]>(text.includes('sys.sql_modules') ? modules : objects);
    expect(await findProcedure(query, BEGIN.name)).toEqual(found);
  });
});
