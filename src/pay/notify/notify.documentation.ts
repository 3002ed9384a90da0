import { ERRORS } from '../../domain/errors';
import type { ErrorCode } from '../../domain/errors';
import { Documented } from '../../wire/openapi/documented';

const DESCRIPTION = `
由支付宝调用，不由收款方调用：以签名证明身份，无需密钥。验签、核对并入账后才应答 success，否则应答 fail，
支付宝会重复通知。地址由 PUBLIC_URL 决定；收不到通知时，后台查询同样会入账。

Called by Alipay, not by tills: its signature says who calls, no key is needed. Answered \`success\`
only once the payment is verified and saved, else \`fail\`, and Alipay repeats. The address is made
of PUBLIC_URL; where no notify comes, the sweep books the payment all the same.
`;

/** The refusals that a notify meets before it is looked at. */
const REFUSALS: readonly ErrorCode[] = ['BODY_TOO_LARGE', 'RATE_LIMITED', 'OVERLOADED'];

/** Documents the route Alipay calls. */
export function DocumentedNotify(): MethodDecorator {
  return Documented(({ ApiBody, ApiConsumes, ApiOperation, ApiResponse, ApiTags }) => [
    ApiTags('Notify'),
    ApiOperation({
      operationId: 'alipayNotify',
      summary: '支付结果异步通知 · the result of a payment, pushed by Alipay',
      description: DESCRIPTION.trim(),
    }),
    ApiConsumes('application/x-www-form-urlencoded'),
    ApiBody({ schema: { type: 'object', additionalProperties: { type: 'string' } } }),
    ApiResponse({
      status: 200,
      description: 'success: 已入账 · saved; fail: 请重复通知 · to be repeated',
      content: { 'text/plain': { schema: { type: 'string', enum: ['success', 'fail'] } } },
    }),
    ...REFUSALS.map((code) => {
      const { rest, errcode, text } = ERRORS[code];
      return ApiResponse({ status: rest, description: `${errcode} · ${text}` });
    }),
  ]);
}
