/** Whose move it is when the error occurs. */
export type Blame = 'caller' | 'channel' | 'us';

interface ErrorRow {
  /** The number on the wire. */
  readonly errcode: number;
  /** HTTP status in style `rest`. */
  readonly rest: number;
  /** HTTP status in style `legacy`: 200 for whatever an operation answers itself. */
  readonly legacy: number;
  readonly blame: Blame;
  /** The text for the caller, when the error brings none of its own that is fit to show. */
  readonly text: string;
}

/**
 * Every error there is: code → errcode, HTTP status in both styles, whose move it is, text.
 * docs/errors.md is kept equal to this table by a test.
 */
export const ERRORS = {
  UNDECIDED: {
    errcode: 1,
    rest: 200,
    legacy: 200,
    blame: 'channel',
    text: '支付结果未知,请稍后重新查询,请勿重复收款 (outcome not known yet: query again, do not collect again)',
  },
  UNREADABLE: {
    errcode: 40000,
    rest: 400,
    legacy: 200,
    blame: 'caller',
    text: '请求内容无法识别 (request body not readable)',
  },
  INVALID_MEMBER: {
    errcode: 40001,
    rest: 400,
    legacy: 200,
    blame: 'caller',
    text: '参数不正确 (a member is invalid)',
  },
  NO_KEY: {
    errcode: 40100,
    rest: 401,
    legacy: 401,
    blame: 'caller',
    text: '缺少或错误的接口密钥 (no or wrong API key)',
  },
  FORBIDDEN: {
    errcode: 40300,
    rest: 403,
    legacy: 403,
    blame: 'caller',
    text: '该密钥无此权限 (this key may not do this)',
  },
  NO_ROUTE: {
    errcode: 40400,
    rest: 404,
    legacy: 404,
    blame: 'caller',
    text: '接口不存在 (no such route)',
  },
  NO_RECEIPT: {
    errcode: 40401,
    rest: 404,
    legacy: 200,
    blame: 'caller',
    text: '收款记录不存在 (no such receipt)',
  },
  WRONG_VERB: {
    errcode: 40500,
    rest: 405,
    legacy: 405,
    blame: 'caller',
    text: '请求方法不支持 (wrong HTTP verb)',
  },
  ALREADY_PAID: {
    errcode: 40901,
    rest: 409,
    legacy: 200,
    blame: 'caller',
    text: '该单据已支付,请查询收款记录 (already paid: query the receipt named in tag)',
  },
  ILLEGAL_STATE: {
    errcode: 40902,
    rest: 409,
    legacy: 200,
    blame: 'caller',
    text: '当前状态不允许该操作 (not possible in this state)',
  },
  OTHER_CONTENT: {
    errcode: 40903,
    rest: 409,
    legacy: 200,
    blame: 'caller',
    text: '编号相同但内容不同 (same number, other content)',
  },
  TOO_LATE: {
    errcode: 40904,
    rest: 409,
    legacy: 200,
    blame: 'caller',
    text: '请求已超过有效时间,未做任何处理 (it came after the time until which it was wanted: nothing was done)',
  },
  BODY_TOO_LARGE: {
    errcode: 41300,
    rest: 413,
    legacy: 413,
    blame: 'caller',
    text: '请求内容过大 (body too large)',
  },
  UNSUPPORTED_MEDIA: {
    errcode: 41500,
    rest: 415,
    legacy: 415,
    blame: 'caller',
    text: '不支持的内容类型 (media type not supported)',
  },
  RATE_LIMITED: {
    errcode: 42900,
    rest: 429,
    legacy: 429,
    blame: 'caller',
    text: '请求过于频繁 (too many requests)',
  },
  INTERNAL: {
    errcode: 50000,
    rest: 500,
    legacy: 500,
    blame: 'us',
    text: '系统内部错误 (internal error)',
  },
  CHANNEL_REFUSED: {
    errcode: 50200,
    rest: 502,
    legacy: 200,
    blame: 'channel',
    text: '支付宝拒绝了请求 (Alipay refused)',
  },
  CHANNEL_MISCONFIGURED: {
    errcode: 50201,
    rest: 502,
    legacy: 200,
    blame: 'us',
    text: '支付通道配置错误 (channel misconfigured)',
  },
  DATABASE_UNAVAILABLE: {
    errcode: 50300,
    rest: 503,
    legacy: 200,
    blame: 'us',
    text: '数据库不可用 (database not available)',
  },
  OVERLOADED: {
    errcode: 50301,
    rest: 503,
    legacy: 503,
    blame: 'us',
    text: '服务繁忙,请稍后重试 (overloaded or stopping: try again later)',
  },
} as const satisfies Record<string, ErrorRow>;

/** The name of an error in the table. */
export type ErrorCode = keyof typeof ERRORS;

/** What a `PayError` may carry besides its log detail; all of it is fit to show to the caller. */
export interface PayErrorShown extends ErrorOptions {
  /** Replaces the table's text on the wire, for example to name the invalid member. */
  readonly shown?: string;
  /** The `tag` of the answer, for example the receipt that is already paid. */
  readonly tag?: object;
}

/**
 * The only error thrown on purpose. `detail` goes to the log, never to the wire; the wire gets
 * `shown` or the table's text.
 */
export class PayError extends Error {
  /** Text for the caller. */
  readonly shown: string;
  /** The `tag` of the answer; null when there is none. */
  readonly tag: object | null;

  constructor(
    readonly code: ErrorCode,
    detail: string,
    options: PayErrorShown = {},
  ) {
    super(`${code}: ${detail}`, options);
    this.name = 'PayError';
    this.shown = options.shown ?? ERRORS[code].text;
    this.tag = options.tag ?? null;
  }
}
