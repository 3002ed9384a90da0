import { ValidateBy } from 'class-validator';
import type { StatusAsk } from '../checkout';

const MAX_ID = 64;
const WHOLE = /^-?\d{1,19}$/;
const LARGEST = 2n ** 63n - 1n;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Missing, null, empty and blank are the same: the id is not given. */
function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && !(typeof value === 'string' && !value.trim());
}

/** Is this text a whole number of 64 bits? */
export function isOrderId(text: string): boolean {
  return WHOLE.test(text) && BigInt(text) <= LARGEST && BigInt(text) >= -LARGEST - 1n;
}

function orderIdReason(value: unknown, owner: object): string | null {
  if (!isGiven(value)) {
    const other: unknown = Reflect.get(owner, 'checkout_id');
    return isGiven(other)
      ? null
      : '与 checkout_id 至少填一项 (either it or checkout_id is required)';
  }
  if (typeof value === 'string' && isOrderId(value.trim())) return null;
  return '须为 64 位整数 (must be a whole number of 64 bits)';
}

function checkoutIdReason(value: unknown): string | null {
  if (!isGiven(value)) return null;
  if (typeof value !== 'string') return '须为文本 (must be text)';
  if (value.length > MAX_ID) return `最多 ${MAX_ID} 个字符 (at most ${MAX_ID} characters)`;
  return LONE_SURROGATE.test(value) ? '含有无效字符 (holds half a character)' : null;
}

function rule(name: string, reasonOf: (value: unknown, owner: object) => string | null) {
  return ValidateBy({
    name,
    validator: {
      validate: (value, args) => reasonOf(value, args?.object ?? {}) === null,
      defaultMessage: (args) => (args && reasonOf(args.value, args.object)) ?? 'is invalid',
    },
  });
}

/** Body of QueryStatus, as text; at least one of the two. */
export class QueryStatusDto {
  @rule('orderId', orderIdReason)
  biz_order_id?: string | null;

  @rule('checkoutId', checkoutIdReason)
  checkout_id?: string | null;
}

/** What a valid body asks for. */
export function toStatusAsk({ biz_order_id, checkout_id }: QueryStatusDto): StatusAsk {
  return {
    bizOrderId: isGiven(biz_order_id) ? BigInt((biz_order_id ?? '').trim()) : null,
    checkoutId: isGiven(checkout_id) ? (checkout_id ?? null) : null,
  };
}
