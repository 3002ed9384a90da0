import { fen } from '../../domain/money';
import { amountInWords } from './amount-words';

it.each<[number, string, string]>([
  [1, '壹分', 'zero yuan and one fen'],
  [10, '壹角整', 'zero yuan and ten fen'],
  [100, '壹元整', 'one yuan'],
  [105, '壹元零伍分', 'one yuan and five fen'],
  [3_333, '叁拾叁元叁角叁分', 'thirty-three yuan and thirty-three fen'],
  [8_888, '捌拾捌元捌角捌分', 'eighty-eight yuan and eighty-eight fen'],
  [1_000, '壹拾元整', 'ten yuan'],
  [10_050, '壹佰元伍角整', 'one hundred yuan and fifty fen'],
  [100_100, '壹仟零壹元整', 'one thousand one yuan'],
  [1_010_100, '壹万零壹佰零壹元整', 'ten thousand one hundred one yuan'],
  [10_000_000, '壹拾万元整', 'one hundred thousand yuan'],
  [10_000_100, '壹拾万零壹元整', 'one hundred thousand one yuan'],
  [100_000_000, '壹佰万元整', 'one million yuan'],
  [10_000_000_000, '壹亿元整', 'one hundred million yuan'],
  [10_000_000_001, '壹亿元零壹分', 'one hundred million yuan and one fen'],
  [2_000_300_040, '贰仟万零叁仟元肆角整', 'twenty million three thousand yuan and forty fen'],
])('%d fen is %s', (amount, zh, en) => {
  expect([amountInWords(fen(amount), 'zh'), amountInWords(fen(amount), 'en')]).toEqual([zh, en]);
});
