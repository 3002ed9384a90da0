import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import type { Clock, Randomness } from '../../domain/ports/clock';
import { PayError } from '../../domain/errors';
import { openWriter } from '../data-source';
import { Refusal } from '../refusal';
import { NewerBooks } from '../sql/known-books';
import { mssqlOf, poolOf, warm } from './mssql-data-source';
import type { LiveConnection } from './mssql-database';
import { SqlServerError, asSqlServerError } from './mssql-errors';

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
/** How long readiness waits for a sign of life. ms. */
const SIGN_OF_LIFE_MS = 2_000;

/**
 * The connection to SQL Server, made in the background until it stands: the service starts without
 * its database, says so, and goes on by itself when the database is there. Only a schema that is
 * up to date serves.
 */
export class MssqlConnection {
  private readonly logger = new Logger('LegacyDb');
  private live: LiveConnection | null = null;
  private source: DataSource | null = null;
  private trouble = 'not connected yet';
  private closing = false;
  private newer: NewerBooks | null = null;
  private first: Promise<boolean> | null = null;

  constructor(
    private readonly make: () => DataSource,
    private readonly clock: Clock,
    private readonly randomness: Randomness,
  ) {}

  /**
   * Begins to connect; resolves after the first attempt, or after `waitMs`.
   * @throws NewerBooks when that is what the first attempt finds
   */
  async open(waitMs: number): Promise<void> {
    if (this.first) return;
    this.first = this.attempt();
    void this.keepTrying(this.first);
    await Promise.race([this.first, this.clock.sleep(waitMs)]);
    if (!this.newer) return;
    await this.close();
    throw this.newer;
  }

  /** The connection in use. @throws PayError DATABASE_UNAVAILABLE while there is none */
  current(): LiveConnection {
    if (this.live) return this.live;
    throw new PayError('DATABASE_UNAVAILABLE', this.trouble);
  }

  /** Null when the database answers, otherwise what is wrong; fit to show. */
  async problem(): Promise<string | null> {
    const { live } = this;
    if (!live) return this.trouble;
    const alive = live.pool
      .request()
      .query('select 1 as alive')
      .then(
        () => null,
        () => 'the database does not answer',
      );
    const late = this.clock
      .sleep(SIGN_OF_LIFE_MS)
      .then(() => 'the database does not answer in time');
    return Promise.race([alive, late]);
  }

  /** Ends the connection, and the attempts to make one. */
  async close(): Promise<void> {
    this.closing = true;
    this.live = null;
    const { source } = this;
    this.source = null;
    if (source?.isInitialized) await source.destroy();
  }

  private async keepTrying(first: Promise<boolean>): Promise<void> {
    let done = await first;
    for (let tries = 0; !done && !this.closing; tries += 1) {
      const longest = Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS);
      await this.clock.sleep(longest * (0.5 + this.randomness.fraction() / 2));
      if (!this.closing) done = await this.attempt();
    }
  }

  /** Never rejects; false: it does not stand yet. */
  private async attempt(): Promise<boolean> {
    const source = this.make();
    try {
      await openWriter(source);
      await warm(source);
      if (this.closing) throw new Error('closing');
      this.source = source;
      this.live = { mssql: mssqlOf(source), pool: poolOf(source) };
      this.logger.log('the database is there');
      return true;
    } catch (error) {
      await this.failed(source, error);
      return false;
    }
  }

  private async failed(source: DataSource, error: unknown): Promise<void> {
    this.newer = error instanceof NewerBooks ? error : null;
    // What goes wrong once the connection stands is no trouble with the connection.
    const text = troubleText(error, source.isInitialized ? 'db:migrate' : 'connect');
    if (text !== this.trouble && !this.closing) this.logger.warn(`the database: ${text}`);
    this.trouble = text;
    try {
      if (source.isInitialized) await source.destroy();
      else await (poolOf(source) as { close(): Promise<void> } | undefined)?.close();
    } catch {
      // It was broken already; the next attempt makes a new one.
    }
  }
}

/** What keeps the database from being used, without its address, its users and its texts. */
function troubleText(error: unknown, step: string): string {
  if (error instanceof Refusal) return error.message;
  const told = asSqlServerError(error, step);
  if (told instanceof PayError || told instanceof SqlServerError) return told.message;
  return `${step}: ${told instanceof Error ? told.name : 'unknown error'}`;
}
