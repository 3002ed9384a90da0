import type { BarCodeAsk } from '../bar-code.service';
import { RequiredCode } from './members';
import { ScanCodeDto, toScanCodeAsk } from './scan-code.dto';

/** Body of BarCode, as text: ScanCode's members and the guest's code. */
export class BarCodeDto extends ScanCodeDto {
  @RequiredCode(40)
  barcode: string;
}

/** What a valid body asks for. Scanners may put blanks around what they read. */
export function toBarCodeAsk(dto: BarCodeDto): BarCodeAsk {
  return { ...toScanCodeAsk(dto), authCode: dto.barcode.trim() };
}
