import { KeyObject, sign as signBytes } from 'node:crypto';
import { promisify } from 'node:util';

const signInPool = promisify(
  (data: Buffer, key: KeyObject, done: (error: Error | null, signature: Buffer) => void) =>
    signBytes('RSA-SHA256', data, key, done),
);

/** A node of an answer. Every value is text, as at Alipay; undefined members are left out. */
export interface AnswerNode {
  readonly [name: string]: string | readonly AnswerNode[] | undefined;
}

const MESSAGES: Readonly<Record<string, string>> = {
  '10000': 'Success',
  '10003': 'order success pay inprocess',
  '20000': 'Service Currently Unavailable',
  '20001': 'Insufficient Token Permissions',
  '40001': 'Missing Required Arguments',
  '40002': 'Invalid Arguments',
  '40003': 'Insufficient Conditions',
  '40004': 'Business Failed',
  '40005': 'Call Limited',
  '40006': 'Insufficient Permissions',
};

/** A call that Alipay does not serve. Source: public codes (common/02km9f) and ACQ codes. */
export class Refusal extends Error {
  /** `extra` are the further members that some refusals carry. */
  constructor(
    readonly code: string,
    readonly subCode: string,
    readonly subMsg: string,
    readonly extra: AnswerNode = {},
  ) {
    super(`${code} ${subCode}: ${subMsg}`);
    this.name = 'Refusal';
  }

  get node(): AnswerNode {
    const { code, subCode, subMsg, extra } = this;
    return { code, msg: MESSAGES[code], sub_code: subCode, sub_msg: subMsg, ...extra };
  }
}

/** The node of a call that worked: 10000, or 10003 for a payment that waits for the guest. */
export function served(members: AnswerNode, code: '10000' | '10003' = '10000'): AnswerNode {
  return { code, msg: MESSAGES[code], ...members };
}

/** The name under which the node of a method stands; odd or missing methods: `error_response`. */
export function nodeName(method: string | undefined): string {
  return method !== undefined && /^[a-z]\w*(\.\w+)+$/i.test(method)
    ? `${method.replaceAll('.', '_')}_response`
    : 'error_response';
}

/** The node as Alipay writes it: no blanks, `/` as `\/`. These very bytes are signed. */
export function nodeText(node: AnswerNode): string {
  return JSON.stringify(node).replaceAll('/', '\\/');
}

/** Base64 of the RSA2 signature over the text's UTF-8 bytes. */
export async function rsa2(text: string, key: KeyObject): Promise<string> {
  return (await signInPool(Buffer.from(text), key)).toString('base64');
}

/** The whole body: node first, `sign` last; null: an unsigned one. `certSn`: certificate mode. */
export function bodyText(
  name: string,
  node: string,
  sign: string | null,
  certSn: string | null,
): string {
  const cert = certSn === null ? '' : `"alipay_cert_sn":"${certSn}",`;
  return sign === null ? `{"${name}":${node}}` : `{"${name}":${node},${cert}"sign":"${sign}"}`;
}
