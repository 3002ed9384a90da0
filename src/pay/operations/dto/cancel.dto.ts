import { PARM_PAY } from '../../../wire/operation/contract';
import { WireType } from '../../../wire/operation/wire-type';
import { ValidUntil } from './members';
import { QueryDto } from './query.dto';

/** Body of Cancel: Query's members, and until when it is wanted. */
@WireType('AliPayCancelParm', PARM_PAY)
export class CancelDto extends QueryDto {
  @ValidUntil()
  validuntil?: string | null;
}
