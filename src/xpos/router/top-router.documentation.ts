import { Documented } from '../../wire/openapi/documented';
import type { Words } from '../../wire/openapi/documented';
import { writeError, writeResponse } from '../top/top-answer';
import { TOP_ERRORS, topError } from '../top/top-errors';
import { PAY, QUERY_STATUS } from './top-methods';

const REQUEST_ID = '5d2f0c4a9b7e6138';

/** The document's own sample of the answer. Source: TOP, querystatus. */
const RESULT = {
  result: {
    model: {
      paid_fee: 100,
      paid_time: '2018-01-02 12:00:00',
      checkout_status: 'SUCCEEDED',
      checkout_id: '788',
      out_biz_id: '900',
      result_message: '查询成功',
      result_code: '0',
      success: true,
    },
    http_status_code: 200,
    msg_code: '0',
    msg_info: '查询支付状态成功',
    success: true,
  },
};

const PAY_SAMPLE = JSON.stringify({
  nego_price: '8888',
  qr_code: '280000000000000001',
  request_id: 'r-1',
  out_biz_id: '900',
  cashier_name: '王',
  cashier_id: '7',
  store_id: '1',
});

/** What xpos.pay answers. Source: TOP, xpos.pay. */
const PAID = {
  result: {
    model: {
      checkout_id: '788',
      biz_order_id: 1,
      current_pay_fee: 8888,
      payment_order_id: '2026112222001400000000000001',
      result_status: 1,
      buyer_id: 'gue***@example.com',
      success: true,
    },
    http_status_code: 200,
    msg_code: '0',
    msg_info: '支付成功',
    success: true,
  },
};

/** A parameter: its name, what it means, a value, whether it must be there. */
type Parameter = readonly [name: string, meaning: string, example: string, required: boolean];

const PARAMETERS: readonly Parameter[] = [
  ['method', '接口名 · the method', QUERY_STATUS, true],
  ['app_key', '应用 · who calls', '3pay-sandbox', true],
  [
    'timestamp',
    'yyyy-MM-dd HH:mm:ss (GMT+8) 或 13 位毫秒数 · ±10 min',
    '2026-11-22 12:00:00',
    true,
  ],
  ['v', '2.0', '2.0', true],
  ['sign_method', 'md5 / hmac / hmac-sha256', 'hmac-sha256', true],
  ['sign', '签名，大写十六进制 · upper-case hex', 'A29AD93E...', true],
  ['format', 'xml (默认 · default) / json', 'json', false],
  ['simplify', 'true: 省去外层节点，仅 json · no outer node, json only', 'false', false],
  ['biz_order_id', '订单号 · numeric id, 64 bits', '1', false],
  ['checkout_id', '订单支付单号 · out_trade_no', '788', false],
  ['param0', `仅 ${PAY}，JSON · only for xpos.pay, a JSON object`, PAY_SAMPLE, false],
];

const DESCRIPTION = `
两个接口：${QUERY_STATUS} 查询支付状态；
${PAY} 付款码收款，同一 request_id 只扣款一次，result_status 1 成功、2 失败、3 未定。
淘宝开放平台(TOP)协议，可直接用淘宝 SDK 调用：参数可在 query、表单或 multipart 中(同名参数不得重复)，
所有参数参加签名。HTTP 状态总是 200，出错时为 error_response。此处无法直接试用，因为每次请求须重新签名；
README 有用 shell 签名的示例。

Two methods: querystatus, how a payment stands; pay, charges the code a guest shows, once for each
request_id: result_status 1 paid, 2 not paid, 3 not decided. The protocol of Taobao SDKs.
Parameters may stand in the query, a form or multipart; none may come twice; all are signed. HTTP
status is always 200; a refusal is an error_response. It cannot be tried out here, because each
request needs a fresh signature: the README signs one in a shell.
`;

function errorTable(): string {
  const rows = Object.values(TOP_ERRORS).map(
    ({ code, msg, subCode, subMsg }) => `| ${code} | ${msg} | ${subCode} | ${subMsg} |`,
  );
  return ['| code | msg | sub_code | sub_msg |', '|---|---|---|---|', ...rows].join('\n');
}

function examples(format: 'xml' | 'json') {
  const error = topError('UNKNOWN_ID').body;
  const plain = { format, simplify: false };
  const shown = (text: string): unknown => (format === 'json' ? JSON.parse(text) : text);
  return {
    answer: {
      summary: '已付款 · paid',
      value: shown(writeResponse(QUERY_STATUS, RESULT, REQUEST_ID, plain)),
    },
    ...(format === 'json'
      ? {
          simplified: {
            summary: 'simplify=true',
            value: shown(
              writeResponse(QUERY_STATUS, RESULT, REQUEST_ID, { format, simplify: true }),
            ),
          },
        }
      : {}),
    pay: { summary: PAY, value: shown(writeResponse(PAY, PAID, REQUEST_ID, plain)) },
    refused: {
      summary: '没有这笔收款 · unknown id',
      value: shown(writeError(error, REQUEST_ID, plain)),
    },
  };
}

const common = ({ ApiResponse, ApiTags }: Words): MethodDecorator[] => [
  ApiTags('TOP'),
  ApiResponse({
    status: 200,
    description: '应答或 error_response · an answer or an error_response',
    content: {
      'text/xml': { schema: { type: 'string' }, examples: examples('xml') },
      'text/javascript': { schema: { type: 'object' }, examples: examples('json') },
    },
  }),
];

/** Documents the route for GET: everything in the query. */
export function DocumentedGet(): MethodDecorator {
  return Documented((words) => [
    ...common(words),
    words.ApiOperation({
      operationId: 'topGet',
      summary: 'TOP: xpos.querystatus, xpos.pay (GET)',
      description: `${DESCRIPTION.trim()}\n\n${errorTable()}`,
    }),
    ...PARAMETERS.map(([name, description, example, required]) =>
      words.ApiQuery({ name, description, example, required, type: String }),
    ),
  ]);
}

/** Documents the route for POST: everything in a form, or the system's part in the query. */
export function DocumentedPost(): MethodDecorator {
  const properties = Object.fromEntries(
    PARAMETERS.map(([name, description, example]) => [
      name,
      { type: 'string' as const, description, example },
    ]),
  );
  const required = PARAMETERS.flatMap(([name, , , needed]) => (needed ? [name] : []));
  return Documented((words) => [
    ...common(words),
    words.ApiOperation({
      operationId: 'topPost',
      summary: 'TOP: xpos.querystatus, xpos.pay (POST)',
      description: `${DESCRIPTION.trim()}\n\n${errorTable()}`,
    }),
    words.ApiConsumes('application/x-www-form-urlencoded', 'multipart/form-data'),
    words.ApiBody({ schema: { type: 'object', properties, required } }),
  ]);
}
