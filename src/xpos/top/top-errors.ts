/** A row of TOP's table of platform errors. */
interface TopErrorRow {
  readonly code: number;
  /** TOP's own words. */
  readonly msg: string;
  /** `isv.*`: the caller's fault, do not repeat; `isp.*`: ours, may be repeated. */
  readonly subCode: string;
  /** For people. */
  readonly subMsg: string;
}

const MISSING = 'isv.missing-parameter';
const INVALID = 'isv.invalid-parameter';

/**
 * Every error this server answers, in the order in which a request is checked.
 * Source: TOP, "error codes"; UNKNOWN_ID is the error sample of querystatus, word for word.
 */
export const TOP_ERRORS = {
  VERB: { code: 9, msg: 'Http Action Not Allowed', subCode: INVALID, subMsg: '只支持 GET 和 POST' },
  UNREADABLE: { code: 41, msg: 'Invalid Arguments', subCode: INVALID, subMsg: '请求无法识别' },
  NO_METHOD: { code: 21, msg: 'Missing Method', subCode: MISSING, subMsg: '缺少 method' },
  METHOD: { code: 22, msg: 'Invalid Method', subCode: INVALID, subMsg: 'method 不存在' },
  NO_APP_KEY: { code: 28, msg: 'Missing App Key', subCode: MISSING, subMsg: '缺少 app_key' },
  APP_KEY: {
    code: 29,
    msg: 'Invalid App Key',
    subCode: 'isv.appkey-not-exists',
    subMsg: 'app_key 不存在',
  },
  NO_TIMESTAMP: { code: 30, msg: 'Missing Timestamp', subCode: MISSING, subMsg: '缺少 timestamp' },
  TIMESTAMP: {
    code: 31,
    msg: 'Invalid Timestamp',
    subCode: INVALID,
    subMsg: 'timestamp 应为 yyyy-MM-dd HH:mm:ss (GMT+8) 或 13 位毫秒数',
  },
  TIMESTAMP_LIMIT: {
    code: 31,
    msg: 'Invalid Timestamp',
    subCode: 'isv.timestamp-limit-error',
    subMsg: 'timestamp 与服务器时间相差超过 10 分钟',
  },
  NO_VERSION: { code: 32, msg: 'Missing Version', subCode: MISSING, subMsg: '缺少 v' },
  VERSION: { code: 33, msg: 'Invalid Version', subCode: INVALID, subMsg: 'v 不合法' },
  OTHER_VERSION: { code: 34, msg: 'Unsupported Version', subCode: INVALID, subMsg: '只支持 2.0' },
  FORMAT: { code: 23, msg: 'Invalid Format', subCode: INVALID, subMsg: 'format 应为 xml 或 json' },
  NO_SIGN: { code: 24, msg: 'Missing Signature', subCode: MISSING, subMsg: '缺少 sign' },
  SIGN_METHOD: {
    code: 25,
    msg: 'Invalid Signature',
    subCode: INVALID,
    subMsg: 'sign_method 应为 md5、hmac 或 hmac-sha256',
  },
  SIGN: { code: 25, msg: 'Invalid Signature', subCode: INVALID, subMsg: '签名不正确' },
  CALL_LIMIT: {
    code: 7,
    msg: 'App Call Limited',
    subCode: 'isv.access-limited-by-app-access-count',
    subMsg: '调用过于频繁',
  },
  PERMISSION: {
    code: 11,
    msg: 'Insufficient ISV Permissions',
    subCode: 'isv.permission-api-package-limit',
    subMsg: '该应用无权调用此接口',
  },
  NO_ARGUMENT: {
    code: 40,
    msg: 'Missing Required Arguments',
    subCode: MISSING,
    subMsg: '缺少必填参数',
  },
  ARGUMENT: { code: 41, msg: 'Invalid Arguments', subCode: INVALID, subMsg: '参数不合法' },
  UNKNOWN_ID: { code: 50, msg: 'Remote service error', subCode: INVALID, subMsg: '非法参数' },
  REFUSED: {
    code: 50,
    msg: 'Remote service error',
    subCode: 'isv.invalid-parameter',
    subMsg: '业务拒绝',
  },
  UNDECIDED: {
    code: 15,
    msg: 'Remote Service Error',
    subCode: 'isp.top-remote-connection-timeout',
    subMsg: '结果未知，请稍后查询，切勿重复收款',
  },
  UNAVAILABLE: {
    code: 15,
    msg: 'Remote Service Error',
    subCode: 'isp.top-remote-service-unavailable',
    subMsg: '服务暂不可用，请稍后重试',
  },
  INTERNAL: {
    code: 10,
    msg: 'Service Currently Unavailable',
    subCode: 'isp.unknown-error',
    subMsg: '系统内部错误，请稍后重试',
  },
} as const satisfies Record<string, TopErrorRow>;

/** The name of a row. */
export type TopErrorName = keyof typeof TOP_ERRORS;

/** What an `error_response` holds besides the id of the request. */
export interface TopErrorBody {
  readonly code: number;
  readonly msg: string;
  readonly sub_code?: string | undefined;
  readonly sub_msg?: string | undefined;
}

/** A request this server refuses, in TOP's words. Nothing in it is secret. */
export class TopError extends Error {
  constructor(
    readonly body: TopErrorBody,
    options?: ErrorOptions,
  ) {
    super(`TOP ${body.code} ${body.sub_code ?? ''} ${body.sub_msg ?? ''}`.trim(), options);
    this.name = 'TopError';
  }
}

/** The error of a row; `about` names the argument it is about, `shown` replaces the row's text. */
export function topError(
  name: TopErrorName,
  more: { about?: string; shown?: string; cause?: unknown } = {},
): TopError {
  const { code, msg, subCode, subMsg } = TOP_ERRORS[name];
  const body = {
    code,
    msg: more.about === undefined ? msg : `${msg}:${more.about}`,
    sub_code: subCode,
    sub_msg: more.shown ?? subMsg,
  };
  return new TopError(body, more.cause === undefined ? {} : { cause: more.cause });
}
