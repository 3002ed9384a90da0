import { Module } from '@nestjs/common';
import { PayModule } from '../pay/pay.module';
import { ReceiptsController } from './operations/receipts.controller';
import { ReceiptReader } from './receipt-reader.service';

/** The books as people and other programs read them. */
@Module({
  imports: [PayModule],
  controllers: [ReceiptsController],
  providers: [ReceiptReader],
  exports: [ReceiptReader],
})
export class ReceiptsModule {}
