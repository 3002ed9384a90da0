import { Inject, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { CONFIG } from '../config/config';
import type { Config } from '../config/config';
import { CLOCK } from '../domain/clock';
import type { Clock } from '../domain/clock';
import { DATABASE_STATUS } from '../domain/database-status';
import { BOOK_FIGURES } from '../domain/health';
import { OPEN_RECEIPTS, RECEIPT_REPOSITORIES } from '../domain/receipt-repository';
import { BookFiguresStore } from './book-figures';
import { OpenReceiptsStore } from './open-receipts-store';
import { openSqlite } from './open-sqlite';
import type { OpenDatabase } from './open-sqlite';
import { receiptRepositories } from './receipt-repositories';

const OPEN_DATABASE = Symbol('OpenDatabase');

async function openDatabase(config: Config, clock: Clock): Promise<OpenDatabase> {
  if (config.database.kind === 'mssql') {
    throw new Error('DATABASE_URL: SQL Server is not available yet, use sqlite:FILE');
  }
  return openSqlite(config.database.file, clock);
}

/** The books. Needs `CONFIG` and `CLOCK` from global modules. */
@Module({
  providers: [
    { provide: OPEN_DATABASE, inject: [CONFIG, CLOCK], useFactory: openDatabase },
    {
      provide: RECEIPT_REPOSITORIES,
      inject: [OPEN_DATABASE],
      useFactory: ({ database }: OpenDatabase) => receiptRepositories(database),
    },
    {
      provide: OPEN_RECEIPTS,
      inject: [OPEN_DATABASE],
      useFactory: ({ database }: OpenDatabase) => new OpenReceiptsStore(database),
    },
    {
      provide: BOOK_FIGURES,
      inject: [OPEN_DATABASE],
      useFactory: ({ database }: OpenDatabase) => new BookFiguresStore(database),
    },
    {
      provide: DATABASE_STATUS,
      inject: [OPEN_DATABASE],
      useFactory: ({ status }: OpenDatabase) => status,
    },
  ],
  exports: [RECEIPT_REPOSITORIES, OPEN_RECEIPTS, BOOK_FIGURES, DATABASE_STATUS],
})
export class LegacyDbModule implements OnApplicationShutdown {
  constructor(@Inject(OPEN_DATABASE) private readonly open: OpenDatabase) {}

  /** Called by Nest at the very end, when no request is left. */
  async onApplicationShutdown(): Promise<void> {
    await this.open.close();
  }
}
