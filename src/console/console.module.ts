import { type DynamicModule, Module } from '@nestjs/common';
import { ReceiptsModule } from '../receipts/receipts.module';
import { PayModule } from '../pay/pay.module';
import { LegacyDbModule } from '../legacy-db/legacy-db.module';
import { CONSOLE_OPTIONS } from './console-options';
import type { ConsoleOptions } from './console-options';
import { AlarmDesk } from './desks/alarm-desk.service';
import { ReconciliationModule } from '../reconciliation/reconciliation.module';
import { BillActs } from './desks/bills/bill-acts.service';
import { BillDesk } from './desks/bills/bill-desk.service';
import { StatementDesk } from './desks/bills/statement-desk.service';
import { DayDesk } from './desks/day-desk.service';
import { FlowDesk } from './desks/flow-desk.service';
import { RefundActs } from './desks/refund-acts.service';
import { KeyDesk } from './desks/key-desk.service';
import { ReceiptActs } from './desks/receipts/receipt-acts.service';
import { ReceiptDesk } from './desks/receipts/receipt-desk.service';
import { ReleaseActs } from './desks/receipts/release-acts.service';
import { SlipSearch } from './desks/receipts/receipt-search.service';
import { DayController } from './pages/day.controller';
import { FilesController } from './pages/files.controller';
import { FlowsController } from './pages/flows.controller';
import { HouseController } from './pages/house.controller';
import { ReconciliationController } from './pages/reconciliation.controller';
import { ConsoleReceiptsController } from './pages/receipts.controller';
import { KeysController } from './pages/keys.controller';
import { SignInController } from './pages/sign-in.controller';
import { ActLog } from './session/act-log.service';
import { Door } from './session/door.service';
import { Reception } from './session/reception.service';
import { PageWriter } from './view/page-writer.service';

/** The console at `/console`, for people: what happened, what needs a human, and acts. */
@Module({})
export class ConsoleModule {
  /** `ops`: the module that knows the keys. */
  static register(options: ConsoleOptions, ops: DynamicModule): DynamicModule {
    return {
      module: ConsoleModule,
      imports: [LegacyDbModule, PayModule, ReceiptsModule, ReconciliationModule, ops],
      controllers: [
        SignInController,
        FilesController,
        DayController,
        ConsoleReceiptsController,
        FlowsController,
        KeysController,
        HouseController,
        ReconciliationController,
      ],
      providers: [
        { provide: CONSOLE_OPTIONS, useValue: options },
        ActLog,
        AlarmDesk,
        BillActs,
        BillDesk,
        DayDesk,
        FlowDesk,
        Door,
        KeyDesk,
        PageWriter,
        ReceiptActs,
        RefundActs,
        ReleaseActs,
        ReceiptDesk,
        SlipSearch,
        StatementDesk,
        Reception,
      ],
    };
  }
}
