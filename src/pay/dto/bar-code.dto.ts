import type { BarCodeAsk } from '../bar-code.service';
import { OptionalEpochMs, RequiredCode } from './members';
import { ScanCodeDto, toScanCodeAsk } from './scan-code.dto';

/** Body of BarCode, as text: ScanCode's members, the guest's code, until when it is wanted. */
export class BarCodeDto extends ScanCodeDto {
  @RequiredCode(40)
  barcode: string;

  @OptionalEpochMs()
  validuntil?: string | null;
}

/** What a valid body asks for. Scanners may put blanks around what they read. */
export function toBarCodeAsk(dto: BarCodeDto, wantedUntilMs: number | null): BarCodeAsk {
  return { ...toScanCodeAsk(dto), authCode: dto.barcode.trim(), wantedUntilMs };
}
