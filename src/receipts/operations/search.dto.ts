import { Transform } from 'class-transformer';
import { applyDecorators } from '@nestjs/common';
import { BILL_TYPES, isBillType } from '../../domain/bill';
import type { BillType } from '../../domain/bill';
import { parseChinaTime } from '../../domain/china-time';
import { MAX_AMOUNT, parseYuan } from '../../domain/money';
import type { ReceiptSearch, Span } from '../../domain/reading/receipt-search';
import { RECEIPT_STATES } from '../../domain/receipt/receipt-state';
import { PARM_PAY } from '../../wire/operation/contract';
import { RequestMember, textReason } from '../../wire/operation/members';
import type { MemberText, Reason } from '../../wire/operation/members';
import { WireType } from '../../wire/operation/wire-type';
import { LONGEST_CURSOR } from '../cursor';
import { LARGEST_PAGE, USUAL_PAGE } from '../receipt-reader.service';

/** What a search box gives: blanks around it do not count, and blank is not given. */
type Given = string | null | undefined;

const PAGE = /^[1-9]\d{0,2}$/;

/** A number or name that may be missing; null where it is blank. */
function OptionalCode(max: number, text: MemberText): PropertyDecorator {
  return applyDecorators(
    RequestMember({ ...text, kind: 'text', maxLength: max }, (value) =>
      textReason(value, { required: false, max, strict: true }),
    ),
    Transform(({ value }: { value: unknown }) => trimmed(value)),
  );
}

/** A member that may be missing, with a rule for what is given. */
export function OptionalMember(
  data: MemberText & {
    readonly allowed?: readonly string[];
    readonly range?: readonly [number, number];
    readonly kind?: 'text' | 'decimal';
    readonly whole?: true;
    readonly maxLength: number | null;
  },
  reasonOf: (text: string) => Reason,
): PropertyDecorator {
  return applyDecorators(
    RequestMember({ kind: 'text', ...data }, (value) => {
      if (value === undefined || value === null) return null;
      return typeof value === 'string' ? reasonOf(value) : '须为文本 (must be text)';
    }),
    Transform(({ value }: { value: unknown }) => trimmed(value)),
  );
}

/** A moment in China that may be missing. */
function OptionalTime(text: Omit<MemberText, 'example'>, example: string): PropertyDecorator {
  return OptionalMember({ ...text, maxLength: 19, example }, (value) =>
    parseChinaTime(value) === null
      ? '须为北京时间 yyyy-MM-dd HH:mm:ss (must be China time, yyyy-MM-dd HH:mm:ss)'
      : null,
  );
}

function trimmed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  return value.trim() === '' ? null : value.trim();
}

/** Body of Receipts/Search: all that is given must hold. */
@WireType('ReceiptSearchParm', PARM_PAY)
export class SearchDto {
  @OptionalMember(
    {
      ...{
        zh: '订单类型；不填为本密钥的全部系统',
        en: "bill type; none: all of the key's systems",
      },
      ...{ maxLength: 1, allowed: BILL_TYPES, example: '1' },
    },
    (value) =>
      isBillType(value)
        ? null
        : `须为 ${BILL_TYPES.join('、')} 之一 (must be one of ${BILL_TYPES.join(', ')})`,
  )
  billtype?: BillType | null;

  @OptionalCode(20, {
    ...{
      zh: '单号，大小写和尾部空格不计',
      en: 'bill number; case and blanks at its end do not count',
    },
    example: 'DEMO-1001',
  })
  billnum?: Given;

  @OptionalCode(36, { zh: '收款流水', en: 'receipt id', example: '98|0|1' })
  autoid?: Given;

  @OptionalCode(64, {
    ...{ zh: '支付宝交易号', en: "Alipay's trade number", example: '2026112222001400001' },
  })
  tradeno?: Given;

  @OptionalCode(64, {
    ...{ zh: '商户订单号(本服务在支付宝的编号)', en: 'our number at Alipay' },
    example: '019ab03c7f40d4b2a9c1e87f5d3b6a21',
  })
  outtradeno?: Given;

  @OptionalCode(20, { zh: '储值卡号', en: 'number of the card', example: '80010001' })
  cardno?: Given;

  @OptionalCode(64, {
    zh: '收银员编号或姓名(XPOS 收款)，或退款的 operatorno；须完整',
    en: "the cashier's number or name (XPOS), or the operatorno of a refund; whole",
    example: '7',
  })
  cashier?: Given;

  @OptionalMember(
    {
      ...{ zh: '收款金额，单位元', en: 'the amount asked for, yuan' },
      ...{ kind: 'decimal', maxLength: null, range: [0.01, MAX_AMOUNT / 100], example: 88.88 },
    },
    (value) => (parseYuan(value).ok ? null : '不是合法的金额 (not an amount such as 5.10)'),
  )
  paymentvalue?: Given;

  @OptionalMember(
    {
      ...{ zh: '收款状态', en: 'state of the receipt' },
      ...{ maxLength: 12, allowed: RECEIPT_STATES, example: 'paid' },
    },
    (value) =>
      (RECEIPT_STATES as readonly string[]).includes(value)
        ? null
        : `须为其中之一 (must be one of) ${RECEIPT_STATES.join(', ')}`,
  )
  state?: Given;

  @OptionalTime(
    { zh: '登记时间，从此刻起(北京时间)', en: 'begun at this moment or later, China time' },
    '2026-11-22 00:00:00',
  )
  begunfrom?: Given;

  @OptionalTime(
    { zh: '登记时间，早于此刻', en: 'begun before this moment, China time' },
    '2126-11-23 00:00:00',
  )
  begunto?: Given;

  @OptionalTime(
    {
      zh: '付款时间，从此刻起(北京时间，以支付宝为准)',
      en: "paid then or later, by Alipay's clock",
    },
    '2026-11-22 10:00:00',
  )
  paidfrom?: Given;

  @OptionalTime({ zh: '付款时间，早于此刻', en: 'paid before this moment' }, '2126-11-22 11:00:00')
  paidto?: Given;

  @OptionalMember(
    {
      ...{ zh: `每页条数，默认 ${USUAL_PAGE}`, en: `receipts a page, usually ${USUAL_PAGE}` },
      ...{ kind: 'decimal', maxLength: null, range: [1, LARGEST_PAGE], example: 50, whole: true },
    },
    (value) =>
      PAGE.test(value) && Number(value) <= LARGEST_PAGE
        ? null
        : `须为 1 到 ${LARGEST_PAGE} 的整数 (must be a whole number from 1 to ${LARGEST_PAGE})`,
  )
  pagesize?: Given;

  @OptionalCode(LONGEST_CURSOR, {
    ...{ zh: '上一页的 next；不填为第一页', en: '`next` of the page before; none: the first page' },
    example: 'mi9j2k00.2s.9f86d081884c7d65',
  })
  cursor?: Given;
}

/** The search of a valid body, for a caller who speaks for these systems. */
export function toSearch(dto: SearchDto, billTypes: readonly BillType[]): ReceiptSearch {
  return {
    billTypes: billTypes.filter((one) => (dto.billtype ?? one) === one),
    billNo: dto.billnum ?? null,
    receiptId: dto.autoid ?? null,
    tradeNo: dto.tradeno ?? null,
    outTradeNo: dto.outtradeno ?? null,
    cardNo: dto.cardno ?? null,
    cashier: dto.cashier ?? null,
    amount: amountOf(dto.paymentvalue),
    state: RECEIPT_STATES.find((one) => one === dto.state) ?? null,
    begun: spanOf(dto.begunfrom, dto.begunto),
    paid: spanOf(dto.paidfrom, dto.paidto),
  };
}

/** How many receipts a valid body wants. */
export function toPageSize({ pagesize }: SearchDto): number {
  return typeof pagesize === 'string' ? Number(pagesize) : USUAL_PAGE;
}

function amountOf(value: Given): ReceiptSearch['amount'] {
  const reading = typeof value === 'string' ? parseYuan(value) : null;
  return reading?.ok ? reading.amount : null;
}

function spanOf(from: Given, until: Given): Span {
  return { fromMs: parseChinaTime(from ?? null), untilMs: parseChinaTime(until ?? null) };
}
