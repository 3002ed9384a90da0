import { scannedCode } from '../../../domain/collect/scanned-code';
import type { BarCodeAsk } from '../bar-code.service';
import { OptionalEpochMs, ScannedCode } from './members';
import { ScanCodeDto, toScanCodeAsk } from './scan-code.dto';

/** Body of BarCode, as text: ScanCode's members, the guest's code, until when it is wanted. */
export class BarCodeDto extends ScanCodeDto {
  @ScannedCode(40)
  barcode: string;

  @OptionalEpochMs()
  validuntil?: string | null;
}

/** What a valid body asks for, without what the scanner put around the code. */
export function toBarCodeAsk(dto: BarCodeDto, wantedUntilMs: number | null): BarCodeAsk {
  return { ...toScanCodeAsk(dto), authCode: scannedCode(dto.barcode), wantedUntilMs };
}
