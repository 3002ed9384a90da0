import { scannedCode } from '../../domain/scanned-code';
import type { BarCodeAsk } from '../bar-code.service';
import { ScannedCode } from './members';
import { ScanCodeDto, toScanCodeAsk } from './scan-code.dto';

/** Body of BarCode, as text: ScanCode's members and the guest's code. */
export class BarCodeDto extends ScanCodeDto {
  @ScannedCode(40)
  barcode: string;
}

/** What a valid body asks for, without what the scanner put around the code. */
export function toBarCodeAsk(dto: BarCodeDto): BarCodeAsk {
  return { ...toScanCodeAsk(dto), authCode: scannedCode(dto.barcode) };
}
