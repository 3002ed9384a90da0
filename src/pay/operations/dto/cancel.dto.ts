import { OptionalEpochMs } from './members';
import { QueryDto } from './query.dto';

/** Body of Cancel, as text: Query's members, and until when it is wanted. */
export class CancelDto extends QueryDto {
  @OptionalEpochMs()
  validuntil?: string | null;
}
