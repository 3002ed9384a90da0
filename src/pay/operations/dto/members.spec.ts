import type { Type } from '@nestjs/common';
import { ERRORS, PayError } from '../../../domain/errors';
import { MAX_AMOUNT, fen } from '../../../domain/money';
import { WireValidationPipe } from '../../../wire/operation/validation.pipe';
import { membersOfType } from '../../../wire/operation/wire-type';
import { RefundDto } from '../../refund/operations/refund.dto';
import { BarCodeDto, toBarCodeAsk } from './bar-code.dto';
import { QueryDto, toReceiptName } from './query.dto';
import { DEFAULT_CLIENT_IP, ScanCodeDto, toScanCodeAsk } from './scan-code.dto';
import { toWantedUntilMs } from './wanted-until';

const pipe = new WireValidationPipe();
const QUERY = { billnum: 'B1', autoid: '1', billtype: '2', paytype: '98' };
const ORDER = { billnum: 'B1', billtype: '2', body: '门票', paytype: '98', paymentvalue: '5.10' };
const CHARGE = { ...ORDER, barcode: '281234567890123456' };
const MOMENT = 1_795_000_000_000;
const REQUIRED = '必填 (is required)';
const TEXT = '须为文本 (must be text)';
const HALF = '含有无效字符 (holds half a character)';
const CONTROL = '含有控制字符 (holds control characters)';
const GRAMMAR = '不是合法的金额 (not a decimal amount such as 5.10)';
const RANGE = '须在 0.01 到 100000000.00 之间 (must be from 0.01 to 100000000.00)';
const TYPE = '须为 1、2、3、4、5、6、7 之一 (must be one of 1, 2, 3, 4, 5, 6, 7)';
const EPOCH = '须为 13 位毫秒时间戳 (must be epoch milliseconds, 13 digits)';

function atMost(length: number): string {
  return `最多 ${length} 个字符 (at most ${length} characters)`;
}

/** What the body is refused with, without the words all refusals begin with; null: it is not. */
function refusal(body: object, metatype: Type): string | null {
  try {
    pipe.transform(body, { type: 'body', metatype });
    return null;
  } catch (error) {
    return (error as PayError).shown.replace(`${ERRORS.INVALID_MEMBER.text}: `, '');
  }
}

describe('the members of a body', () => {
  it.each<[member: keyof typeof QUERY, value: unknown, reason: string | null]>([
    ['billnum', 'x'.repeat(20), null],
    ['billnum', 'x'.repeat(21), atMost(20)],
    ['billnum', undefined, REQUIRED],
    ['billnum', null, REQUIRED],
    ['billnum', '', REQUIRED],
    ['billnum', ' \t\u3000\u0085', REQUIRED],
    ['billnum', '\uFEFF', null],
    ['billnum', '\u200B', null],
    ['billnum', 5, TEXT],
    ['billnum', [''], TEXT],
    ['billnum', 'a\uD83D', HALF],
    ['billnum', 'a\u0007', CONTROL],
    ['billtype', '8', TYPE],
    ['billtype', ['2'], TEXT],
    ['billtype', undefined, REQUIRED],
    ['billtype', '7', null],
    ['paytype', '980', atMost(2)],
  ])('Query: %s %j', (member, value, reason) => {
    const told = refusal({ ...QUERY, [member]: value }, QueryDto);
    expect(told).toBe(reason === null ? null : `${member}: ${reason}`);
  });

  it.each<[changes: object, told: string | null]>([
    [{ body: 'a\u0007' }, null],
    [{ body: 'a\uD83D' }, `body: ${HALF}`],
    [{ body: 'x'.repeat(5_000) }, null],
    [{ body: ' ' }, `body: ${REQUIRED}`],
    [{ detail: null }, null],
    [{ detail: '' }, null],
    [{ detail: 5 }, `detail: ${TEXT}`],
    [{ clientip: '' }, null],
    [{ paymentvalue: '5.10' }, null],
    [{ paymentvalue: undefined }, `paymentvalue: ${REQUIRED}`],
    [{ paymentvalue: null }, `paymentvalue: ${REQUIRED}`],
    [{ paymentvalue: '' }, `paymentvalue: ${REQUIRED}`],
    [{ paymentvalue: 5.1 }, `paymentvalue: ${GRAMMAR}`],
    [{ paymentvalue: ['5.10'] }, `paymentvalue: ${GRAMMAR}`],
    // What was read as fen stands, and nothing else that is a number.
    [{ paymentvalue: 1 }, null],
    [{ paymentvalue: MAX_AMOUNT }, null],
    [{ paymentvalue: MAX_AMOUNT + 1 }, `paymentvalue: ${GRAMMAR}`],
    [{ paymentvalue: 0 }, `paymentvalue: ${GRAMMAR}`],
    [{ paymentvalue: -1 }, `paymentvalue: ${GRAMMAR}`],
    [{ paymentvalue: NaN }, `paymentvalue: ${GRAMMAR}`],
    [{ paymentvalue: '0' }, `paymentvalue: ${RANGE}`],
    [{ paymentvalue: '100000000.01' }, `paymentvalue: ${RANGE}`],
    [{ paymentvalue: ' ' }, `paymentvalue: ${GRAMMAR}`],
    [{ paymentvalue: '5.001' }, 'paymentvalue: 最多两位小数 (at most two decimals)'],
    [{ cardno: 5 }, `cardno: ${TEXT}`],
    [{ cardno: undefined }, null],
    [{ billtype: '7', cardno: 'C1' }, null],
    [{ billtype: '7', cardno: ' ' }, `cardno: ${REQUIRED}`],
    [{ billtype: '7' }, `cardno: ${REQUIRED}`],
  ])('ScanCode: %j', (changes, told) => {
    expect(refusal({ ...ORDER, ...changes }, ScanCodeDto)).toBe(told);
  });

  it.each<[changes: object, told: string | null]>([
    [{}, null],
    [{ barcode: `\t${'2'.repeat(40)} \r\n` }, null],
    [{ barcode: '2'.repeat(41) }, `barcode: ${atMost(40)}`],
    [{ barcode: ' \t' }, `barcode: ${REQUIRED}`],
    [{ barcode: 28 }, `barcode: ${TEXT}`],
    [{ barcode: '28\t1' }, `barcode: ${CONTROL}`],
    [{ validuntil: null }, null],
    [{ validuntil: String(MOMENT) }, null],
    [{ validuntil: MOMENT }, `validuntil: ${EPOCH}`],
    [{ validuntil: '' }, `validuntil: ${EPOCH}`],
    [{ validuntil: '1795000000' }, `validuntil: ${EPOCH}`],
    [{ validuntil: `0${String(MOMENT).slice(1)}` }, `validuntil: ${EPOCH}`],
  ])('BarCode: %j', (changes, told) => {
    expect(refusal({ ...CHARGE, ...changes }, BarCodeDto)).toBe(told);
  });
});

describe('what a valid body asks for', () => {
  const made = <Dto>(body: object, metatype: Type<Dto>): Dto =>
    pipe.transform(body, { type: 'body', metatype }) as Dto;
  const asked = (changes: object) => toScanCodeAsk(made({ ...ORDER, ...changes }, ScanCodeDto));

  it('is a receipt by its four parts', () => {
    const name = { billType: '2', billNo: 'B1', receiptId: '1', payType: '98' };
    expect(toReceiptName(made(QUERY, QueryDto))).toEqual(name);
  });

  it('is an amount on a bill; a card only where one is recharged', () => {
    expect(asked({})).toEqual({
      billType: '2',
      billNo: 'B1',
      payType: '98',
      amount: fen(510),
      body: '门票',
      detail: null,
      clientIp: DEFAULT_CLIENT_IP,
      cardNo: null,
    });
    expect(asked({ detail: 'x', cardno: 'C1' })).toMatchObject({ detail: 'x', cardNo: null });
    expect(asked({ billtype: '7', cardno: 'C1' }).cardNo).toBe('C1');
  });

  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['fe80::1', 'fe80::1'],
    ['10.0.0.256', DEFAULT_CLIENT_IP],
    ['till 7', DEFAULT_CLIENT_IP],
    ['', DEFAULT_CLIENT_IP],
    [null, DEFAULT_CLIENT_IP],
  ])('comes from %j: %s', (clientip, clientIp) => {
    expect(asked({ clientip }).clientIp).toBe(clientIp);
  });

  it('is a charge of the code that the scanner read', () => {
    const dto = made({ ...CHARGE, barcode: ' 28123\r\n' }, BarCodeDto);
    expect(toBarCodeAsk(dto, 5)).toMatchObject({ authCode: '28123', wantedUntilMs: 5 });
  });
});

describe('until when a request is wanted', () => {
  const [early, late] = [String(MOMENT), String(MOMENT + 1)];

  it.each<[member: string | null | undefined, carried: string | null, until: number | null]>([
    [undefined, null, null],
    [null, null, null],
    [early, null, MOMENT],
    [undefined, early, MOMENT],
    [early, late, MOMENT],
    [late, early, MOMENT],
  ])('is said by %s and %s: %s', (member, carried, until) => {
    expect(toWantedUntilMs(member, carried)).toBe(until);
  });

  it('is refused where the header is no time', () => {
    const shown = `${ERRORS.INVALID_MEMBER.text}: X-Valid-Until: ${EPOCH}`;
    const refused = (): unknown => toWantedUntilMs(early, 'soon');
    expect(refused).toThrow(PayError);
    expect(refused).toThrow(expect.objectContaining({ code: 'INVALID_MEMBER', shown }) as Error);
  });
});

it('optional texts are documented with their length, where they have one', () => {
  const { operatorno, reason } = membersOfType(RefundDto);
  const { detail } = membersOfType(ScanCodeDto);
  const lengths = [operatorno, reason, detail].map((member) => member?.maxLength);
  expect(lengths).toEqual([32, 256, null]);
});
