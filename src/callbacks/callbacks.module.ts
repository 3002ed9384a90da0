import { Module } from '@nestjs/common';
import { CALLBACK_STATUS } from '../health/health';
import { LegacyDbModule } from '../legacy-db/legacy-db.module';
import { Deliverer } from './delivery/deliverer';

/** Tells the seven systems what becomes of their receipts. */
@Module({
  imports: [LegacyDbModule],
  providers: [Deliverer, { provide: CALLBACK_STATUS, useExisting: Deliverer }],
  exports: [CALLBACK_STATUS],
})
export class CallbacksModule {}
