import { Inject, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { BILL_TYPES } from '../domain/bill';
import type { BillType } from '../domain/bill';
import { ACTS } from '../domain/access/acts';
import { ALARMS } from '../domain/ports/alarm';
import { CALLBACKS } from '../domain/ports/callbacks';
import { CONFIG } from '../config/config';
import type { Config } from '../config/config';
import type { DatabaseConfig } from '../config/database-config';
import { CLOCK, RANDOMNESS } from '../domain/ports/clock';
import type { Clock, Randomness } from '../domain/ports/clock';
import { CONSOLE_SESSIONS } from '../domain/access/console-sessions';
import { DAILY_BOOKS } from '../domain/ports/daily-books';
import { KEYS } from '../domain/access/keys';
import { RECONCILE_TURNS } from '../domain/reconciliation/reconcile-turns';
import { DATABASE_STATUS } from '../health/database-status';
import { BOOK_FIGURES, MONEY_NEWS } from '../health/health';
import { OPEN_RECEIPTS, RECEIPT_REPOSITORIES } from '../domain/ports/receipt-repository';
import { ALARM_BOOK } from '../domain/reading/alarm-book';
import { REFUND_BOOK } from '../domain/reading/refund-book';
import { DAY_BOOK } from '../domain/reading/day-figures';
import { RECEIPT_READING } from '../domain/reading/receipt-reading';
import { REFUNDS } from '../domain/ports/refunds';
import { XPOS_REQUESTS } from '../domain/ports/xpos-requests';
import { AlarmBookStore } from './reading/alarm-book-store';
import { RefundBookStore } from './reading/refund-book-store';
import { DayBookStore } from './reading/day-book-store';
import { ActStore } from './access/act-store';
import { KeyStore } from './access/key-store';
import { SessionStore } from './access/session-store';
import { AlarmStore } from './books/alarm-store';
import { BookFiguresStore } from './books/book-figures';
import { CallbackStore } from './callbacks/callback-store';
import { OutboxWriter } from './callbacks/callback-writer';
import { DailyBooksStore } from './daily/daily-books-store';
import { ReconcileTurnStore } from './daily/reconcile-turn-store';
import { openMssql } from './sqlserver/open-mssql';
import type { OpenDatabase } from './open-database';
import { MoneyTeller } from './books/history/money-teller';
import { OpenReceiptsStore } from './books/open-receipts-store';
import { openSqlite } from './sqlite/open-sqlite';
import { RefundStore } from './refunds/refund-store';
import { receiptRepositories } from './systems/receipt-repositories';
import type { ReceiptStores } from './systems/receipt-repositories';
import { ReceiptReadingStore } from './reading/receipt-reading-store';
import { watchWrites } from './sql/watched-database';
import { XposRequestStore } from './books/xpos-request-store';

const OPEN_DATABASE = Symbol('OpenDatabase');

type Open<Kind extends DatabaseConfig['kind']> = (
  config: Extract<DatabaseConfig, { kind: Kind }>,
  clock: Clock,
  randomness: Randomness,
) => Promise<OpenDatabase>;

/** How each store is opened. A missing row does not compile. */
const STORES: { readonly [Kind in DatabaseConfig['kind']]: Open<Kind> } = {
  sqlite: ({ file }, clock) => openSqlite(file, clock),
  mssql: openMssql,
};

async function openDatabase(
  { database }: Config,
  clock: Clock,
  randomness: Randomness,
): Promise<OpenDatabase> {
  const open = STORES[database.kind];
  return watchWrites(await open(database as never, clock, randomness), clock, randomness);
}

/** The bill types whose system wants to be told. */
function receiversOf({ callbacks }: Config): ReadonlySet<BillType> {
  return new Set(BILL_TYPES.filter((billType) => callbacks[billType] !== null));
}

/** The books. Needs `CONFIG`, `CLOCK` and `RANDOMNESS` from global modules. */
@Module({
  providers: [
    { provide: OPEN_DATABASE, inject: [CONFIG, CLOCK, RANDOMNESS], useFactory: openDatabase },
    { provide: MONEY_NEWS, useClass: MoneyTeller },
    {
      provide: RECEIPT_REPOSITORIES,
      inject: [OPEN_DATABASE, CONFIG, RANDOMNESS, MONEY_NEWS],
      useFactory: (
        { database, systems }: OpenDatabase,
        config: Config,
        randomness: Randomness,
        money: MoneyTeller,
      ) => {
        const writer = new OutboxWriter(receiversOf(config), randomness);
        return receiptRepositories(database, systems, writer, money);
      },
    },
    {
      provide: REFUNDS,
      inject: [OPEN_DATABASE, RECEIPT_REPOSITORIES, CONFIG, RANDOMNESS, MONEY_NEWS],
      useFactory: (
        { database, holds }: OpenDatabase,
        stores: ReceiptStores,
        config: Config,
        randomness: Randomness,
        money: MoneyTeller,
      ) => {
        const writer = new OutboxWriter(receiversOf(config), randomness);
        return new RefundStore(database, stores, writer, holds, money);
      },
    },
    {
      provide: OPEN_RECEIPTS,
      inject: [OPEN_DATABASE],
      useFactory: ({ database }: OpenDatabase) => new OpenReceiptsStore(database),
    },
    {
      provide: ALARMS,
      inject: [OPEN_DATABASE],
      useFactory: ({ database }: OpenDatabase) => new AlarmStore(database),
    },
    {
      provide: CALLBACKS,
      inject: [OPEN_DATABASE],
      useFactory: ({ database }: OpenDatabase) => new CallbackStore(database),
    },
    {
      provide: BOOK_FIGURES,
      inject: [OPEN_DATABASE],
      useFactory: ({ database }: OpenDatabase) => new BookFiguresStore(database),
    },
    {
      provide: DAILY_BOOKS,
      inject: [OPEN_DATABASE],
      useFactory: ({ database }: OpenDatabase) => new DailyBooksStore(database),
    },
    {
      provide: ALARM_BOOK,
      inject: [OPEN_DATABASE],
      useFactory: ({ database }: OpenDatabase) => new AlarmBookStore(database),
    },
    {
      provide: REFUND_BOOK,
      inject: [OPEN_DATABASE],
      useFactory: ({ database }: OpenDatabase) => new RefundBookStore(database),
    },
    {
      provide: DAY_BOOK,
      inject: [OPEN_DATABASE],
      useFactory: ({ database }: OpenDatabase) => new DayBookStore(database),
    },
    {
      provide: KEYS,
      inject: [OPEN_DATABASE],
      useFactory: ({ database }: OpenDatabase) => new KeyStore(database),
    },
    {
      provide: CONSOLE_SESSIONS,
      inject: [OPEN_DATABASE],
      useFactory: ({ database }: OpenDatabase) => new SessionStore(database),
    },
    {
      provide: ACTS,
      inject: [OPEN_DATABASE],
      useFactory: ({ database }: OpenDatabase) => new ActStore(database),
    },
    {
      provide: RECEIPT_READING,
      inject: [OPEN_DATABASE, CLOCK],
      useFactory: ({ database }: OpenDatabase, clock: Clock) =>
        new ReceiptReadingStore(database, clock),
    },
    {
      provide: RECONCILE_TURNS,
      inject: [OPEN_DATABASE],
      useFactory: ({ database }: OpenDatabase) => new ReconcileTurnStore(database),
    },
    {
      provide: DATABASE_STATUS,
      inject: [OPEN_DATABASE],
      useFactory: ({ status }: OpenDatabase) => status,
    },
    {
      provide: XPOS_REQUESTS,
      inject: [OPEN_DATABASE],
      useFactory: ({ database }: OpenDatabase) => new XposRequestStore(database),
    },
  ],
  exports: [
    ACTS,
    ALARMS,
    CALLBACKS,
    RECEIPT_REPOSITORIES,
    OPEN_RECEIPTS,
    REFUNDS,
    BOOK_FIGURES,
    MONEY_NEWS,
    DAILY_BOOKS,
    RECEIPT_READING,
    RECONCILE_TURNS,
    DATABASE_STATUS,
    ALARM_BOOK,
    DAY_BOOK,
    REFUND_BOOK,
    KEYS,
    CONSOLE_SESSIONS,
    XPOS_REQUESTS,
  ],
})
export class LegacyDbModule implements OnApplicationShutdown {
  constructor(@Inject(OPEN_DATABASE) private readonly open: OpenDatabase) {}

  /** Called by Nest at the very end, when no request is left. */
  async onApplicationShutdown(): Promise<void> {
    await this.open.close();
  }
}
