import { PARM_PAY } from '../../../wire/operation/contract';
import { WireType } from '../../../wire/operation/wire-type';
import type { BarCodeAsk } from '../bar-code.service';
import { ScannedCode, ValidUntil } from './members';
import { ScanCodeDto, toScanCodeAsk } from './scan-code.dto';

/**
 * Body of BarCode: the guest's code, ScanCode's members, and until when it is wanted. Source: the
 * BarCode pages of the other channels, whose classes declare their own member before the inherited.
 */
@WireType('AliBarCodeParm', PARM_PAY)
export class BarCodeDto extends ScanCodeDto {
  @ScannedCode()
  barcode: string;

  @ValidUntil()
  validuntil?: string | null;
}

/** What a valid body asks for. */
export function toBarCodeAsk(dto: BarCodeDto, wantedUntilMs: number | null): BarCodeAsk {
  return { ...toScanCodeAsk(dto), authCode: dto.barcode, wantedUntilMs };
}
