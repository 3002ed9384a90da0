import { existsSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import type { DatabaseConfig, MssqlConfig } from '../../../config/database-config';
import type { ParameterNames } from '../../../config/procedure-parameters';
import { chinaTime } from '../../../domain/china-time';
import { clashLines, sortCards } from '../../books/card-keys';
import {
  dataSource,
  KNOWN_MIGRATIONS,
  MIGRATIONS,
  openWriter,
  sqliteReader,
} from '../../data-source';
import { readRestored, restoredLine } from '../../sqlite/marks/books-restored';
import { readOwnTables } from '../../sqlserver/schema/own-tables';
import {
  findProcedure,
  referenceVersion,
  renewProcedures,
} from '../../sqlserver/procedures/reference-scripts';
import { BEGIN, END, PROCEDURES } from '../../sqlserver/procedures/contract';
import type { Query } from '../../sql/database';
import type { Statement } from '../../sql/sql';
import { compareProcedure } from './compare-procedures';
import { comparisonOf } from '../difference';
import type { Comparison, Difference } from '../difference';
import { expectedOnMssql, expectedOnSqlite } from './expected-tables';
import { mayExecute, readMssqlTables, tellsCase } from './mssql-catalog';
import { readHolds, readNumbering, readParameters } from './mssql-catalog';
import { readSqliteMigrations, readSqliteTables } from './sqlite-catalog';
import { compareTables } from './table-shape';
import { triedHolds } from './try-holds';
import type { HoldProbe } from './try-holds';

/** A database as the commands of the operator see it. */
export interface StoredBooks {
  /** Store and address, fit to print. */
  readonly shown: string;
  /** Names of all migrations this version has, oldest first. */
  readonly migrations: readonly string[];
  /** Connects to what is there and changes nothing. Throws when it cannot. */
  connect(): Promise<void>;
  /** Names of the migrations that were run. */
  applied(): Promise<string[]>;
  /** What must be there against what is. */
  compare(): Promise<Comparison[]>;
  /** What an operator must know of them, in lines: restores, cards with several rows. */
  notes(): Promise<string[]>;
  /** Brings the schema up to date; connects by itself. */
  migrate(): Promise<void>;
  /** Makes reference procedures that are missing or older, and tells it in lines. */
  renewProcedures(): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * The database of `DATABASE_URL`; nothing is opened yet. `probe`: by which the check tries how End
 * holds cards; null: it only reads.
 */
export function storedBooks(config: DatabaseConfig, probe: HoldProbe | null = null): StoredBooks {
  return config.kind === 'sqlite' ? new SqliteBooks(config) : new MssqlBooks(config, probe);
}

async function closed(source: DataSource): Promise<void> {
  if (source.isInitialized) await source.destroy();
}

/** What the tables that are there tell; the reference table of cards may be nobody's to read. */
async function notesOf(query: Query, cardTable: string): Promise<string[]> {
  const rows = async (text: string): Promise<unknown[]> => {
    try {
      return ((await query(text)) as unknown[] | undefined) ?? [];
    } catch {
      return [];
    }
  };
  const restored = await readRestored({
    rows: async <Row>(statement: Statement) => (await rows(statement.withMarks)) as Row[],
  });
  const cards = (await rows(`select cardno from ${cardTable}`)) as { cardno: string }[];
  const { clashes } = sortCards(cards.map(({ cardno }) => cardno));
  return [
    ...restored.map((one) => `restored ${chinaTime(one.noticedAtMs)}  ${restoredLine(one)}`),
    ...clashLines(clashes),
  ];
}

class SqliteBooks implements StoredBooks {
  readonly shown: string;
  readonly migrations = KNOWN_MIGRATIONS;
  private readonly reader: DataSource;
  private readonly writer: DataSource;

  constructor(private readonly config: Extract<DatabaseConfig, { kind: 'sqlite' }>) {
    this.shown = `SQLite, ${config.file}`;
    this.reader = sqliteReader(config.file);
    this.writer = dataSource(config);
  }

  async connect(): Promise<void> {
    if (!existsSync(this.config.file)) throw new Error('there is no such file yet');
    await this.reader.initialize();
  }

  applied(): Promise<string[]> {
    return readSqliteMigrations(this.query);
  }

  async compare(): Promise<Comparison[]> {
    const expected = await expectedOnSqlite(MIGRATIONS);
    return compareTables(expected, await readSqliteTables(this.query));
  }

  async notes(): Promise<string[]> {
    return notesOf(this.query, 'card_balance');
  }

  async migrate(): Promise<void> {
    await openWriter(this.writer);
    if (!this.reader.isInitialized) await this.reader.initialize();
  }

  renewProcedures(): Promise<string[]> {
    return Promise.resolve(['SQLite has no procedures']);
  }

  async close(): Promise<void> {
    await closed(this.reader);
    await closed(this.writer);
  }

  private readonly query: Query = (text) => this.reader.query(text);
}

/** The entries that stay beside advised ones, so that these are a whole line; none without any. */
function keptEntries(names: ParameterNames, comparisons: readonly Comparison[]): string[] {
  const advised = comparisons.flatMap(({ advice }) => advice ?? []);
  if (advised.length === 0) return [];
  return Object.entries(names)
    .filter(([key]) => !advised.some((entry) => entry.startsWith(`${key}=`)))
    .map(([key, name]) => (key.includes('@') ? `${key}=default` : `${key}=@${name}`));
}

/** A table of our name that no migration of ours has made. */
function notOurs(table: string): Difference {
  const found = 'there, and not ours: db:migrate refuses';
  return { object: `table ${table}`, part: 'table', expected: 'none, or ours', found };
}

/** Who makes numbers go on elsewhere after a restore. */
const NUMBERING = {
  reference: 'npm run restore raises its numbers',
  theirs: 'gives numbers by its own rule: npm run restore does not raise them, you must',
};

/** What End makes of H and U, by which a card gives money up before it goes back. */
const HOLDS = {
  totals: comparisonOf(`procedure ${END.name}: holds of cards are running totals`, []),
  older: comparisonOf('', [
    {
      object: END.name,
      part: 'H and U',
      expected: 'running totals',
      found: 'of an older version: run held-values.sql and end.sql',
    },
  ]),
  theirs: comparisonOf(
    `procedure ${END.name}: yours; that H and U are running totals only you can know`,
    [],
  ),
};

class MssqlBooks implements StoredBooks {
  readonly shown: string;
  readonly migrations = KNOWN_MIGRATIONS;
  private readonly source: DataSource;

  constructor(
    private readonly config: MssqlConfig,
    private readonly probe: HoldProbe | null,
  ) {
    this.shown = `SQL Server, ${config.shown}`;
    this.source = dataSource(config);
  }

  async connect(): Promise<void> {
    await this.source.initialize();
  }

  async applied(): Promise<string[]> {
    return [...(await readOwnTables(this.query, this.source.migrations)).applied];
  }

  async compare(): Promise<Comparison[]> {
    const { schema, foreign } = await readOwnTables(this.query, this.source.migrations);
    const expected = (await expectedOnMssql(MIGRATIONS)).filter(
      ({ name }) => !foreign.includes(name),
    );
    const names = expected.map(({ name }) => name);
    return [
      ...(await this.compareProcedures()),
      ...compareTables(expected, await readMssqlTables(this.query, schema, names)),
      { differences: foreign.map(notOurs), fine: [] },
    ];
  }

  async notes(): Promise<string[]> {
    return notesOf(this.query, 'dbo.card_balance');
  }

  async migrate(): Promise<void> {
    await openWriter(this.source);
  }

  renewProcedures(): Promise<string[]> {
    return renewProcedures(this.source);
  }

  async close(): Promise<void> {
    await closed(this.source);
  }

  private async compareProcedures(): Promise<Comparison[]> {
    const comparisons: Comparison[] = [];
    const { parameterNames: names } = this.config;
    const exact = await tellsCase(this.query);
    for (const contract of PROCEDURES) {
      const found = await readParameters(this.query, contract.name);
      comparisons.push(compareProcedure(contract, names, found, exact));
      if (found === null) continue;
      comparisons.push(await this.compareRight(contract.name));
      comparisons.push(await this.compareVersion(contract.name));
    }
    comparisons.unshift({ differences: [], fine: [], advice: keptEntries(names, comparisons) });
    const told = NUMBERING[await readNumbering(this.query)];
    comparisons.push(comparisonOf(`procedure ${BEGIN.name}: ${told}`, []));
    const fits = comparisons.every(({ differences }) => differences.length === 0);
    comparisons.push(await this.compareHolds(fits && (await this.isUpToDate())));
    return comparisons;
  }

  /** Are our tables as this version makes them? What opens the books else makes them so. */
  private async isUpToDate(): Promise<boolean> {
    const applied = await this.applied();
    return this.migrations.every((name) => applied.includes(name));
  }

  /** What cannot be called as it is, or is known to be older, is not tried. */
  private async compareHolds(callable: boolean): Promise<Comparison> {
    const whose = await readHolds(this.query);
    if (!this.probe || !callable || whose === 'older') return HOLDS[whose];
    return triedHolds(this.probe, whose === 'theirs' ? 'yours' : 'reference');
  }

  private async compareRight(procedure: string): Promise<Comparison> {
    const allowed = await mayExecute(this.query, procedure);
    const right = { object: procedure, part: 'right', expected: 'EXECUTE' };
    if (allowed === false) return comparisonOf('', [{ ...right, found: 'not granted to us' }]);
    const said = allowed ? 'we may execute it' : 'the database does not say whether we may';
    return comparisonOf(`procedure ${procedure}: ${said}`, []);
  }

  private async compareVersion(procedure: string): Promise<Comparison> {
    const version = (await findProcedure(this.query, procedure))?.version ?? null;
    const ours = referenceVersion(procedure);
    const said =
      version === null ? 'yours, or its text may not be read' : `reference, version ${version}`;
    const found = `${version}: run db:migrate -- --procedures`;
    const older = { object: procedure, part: 'version', expected: String(ours), found };
    const differs = version !== null && version < ours;
    return comparisonOf(`procedure ${procedure}: ${said}`, differs ? [older] : []);
  }

  private readonly query: Query = (text) => this.source.query(text);
}
