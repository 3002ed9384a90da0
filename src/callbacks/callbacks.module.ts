import { Module } from '@nestjs/common';
import { CALLBACK_STATUS } from '../health/health';
import { LegacyDbModule } from '../legacy-db/legacy-db.module';
import { Deliverer } from './delivery/deliverer';
import { EventsController } from './events/events.controller';
import { MissedEvents } from './events/events.service';

/** Tells the seven systems what becomes of their receipts. */
@Module({
  imports: [LegacyDbModule],
  controllers: [EventsController],
  providers: [Deliverer, MissedEvents, { provide: CALLBACK_STATUS, useExisting: Deliverer }],
  exports: [CALLBACK_STATUS],
})
export class CallbacksModule {}
