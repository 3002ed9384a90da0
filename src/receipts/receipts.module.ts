import { Module } from '@nestjs/common';
import { PayModule } from '../pay/pay.module';
import { ExportController } from './export/export.controller';
import { ReceiptExport } from './export/receipt-export.service';
import { ReceiptsController } from './operations/receipts.controller';
import { ReceiptReader } from './receipt-reader.service';

/** The books as people and other programs read them. */
@Module({
  imports: [PayModule],
  controllers: [ReceiptsController, ExportController],
  providers: [ReceiptReader, ReceiptExport],
  exports: [ReceiptReader, ReceiptExport],
})
export class ReceiptsModule {}
