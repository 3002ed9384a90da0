import { LANGUAGES } from '../../domain/reading/words';
import type { Language } from '../../domain/reading/words';
import { PARM_PAY } from '../../wire/operation/contract';
import { WireType } from '../../wire/operation/wire-type';
import { OptionalMember, SearchDto } from '../operations/search.dto';

/** The question of Receipts/Export: what is looked for, and the language of the heads. */
@WireType('ReceiptExportParm', PARM_PAY)
export class ExportDto extends SearchDto {
  @OptionalMember(
    {
      ...{ zh: '表头语言，默认 zh', en: 'language of heads and words; zh unless told' },
      ...{ maxLength: 2, allowed: LANGUAGES, example: 'zh' },
    },
    (value) =>
      (LANGUAGES as readonly string[]).includes(value)
        ? null
        : `须为其中之一 (must be one of) ${LANGUAGES.join(', ')}`,
  )
  lang?: Language | null;
}
