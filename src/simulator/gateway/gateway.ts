import { KeyObject, verify } from 'node:crypto';
import { parseChinaTime } from '../../domain/china-time';
import { AnswerNode, nodeName, Refusal } from './answer';
import { METHODS } from './methods/table';
import { MethodWorld } from './methods/method';
import { Parameters } from './parameters';

/** What the gateway says to a call, before it is put into bytes. */
export interface GatewayAnswer {
  /** Name of the node. */
  readonly name: string;
  readonly node: AnswerNode;
  /** False while the application is not identified: then there is nothing to sign for. */
  readonly signed: boolean;
}

/** Longest values of the common parameters. Source: docs.open.alipay.com, precreate page. */
const LENGTHS: Readonly<Record<string, number>> = {
  app_id: 32,
  method: 128,
  format: 40,
  return_url: 256,
  charset: 10,
  sign_type: 10,
  sign: 344,
  timestamp: 19,
  version: 3,
  notify_url: 256,
  app_auth_token: 40,
};

type Check = (parameters: Parameters, world: MethodWorld) => void;

/** What is checked of a known application's call, in Alipay's order. */
const CHECKS: readonly Check[] = [
  readable,
  hasSign,
  hasSignType,
  hasCharset,
  hasCertificates,
  isSigned,
  hasTimestamp,
  hasVersion,
  hasMethod,
  hasCommonForms,
];

/**
 * Serves one call as strictly as Alipay does: the application first, then the signature, then the
 * common parameters, then the method. Never throws for what a caller can get wrong.
 */
export function serve(parameters: Parameters, world: MethodWorld): GatewayAnswer {
  const method = value(parameters, 'method');
  const name = nodeName(method);
  let signed = false;
  try {
    identify(parameters, world);
    signed = true;
    for (const check of CHECKS) check(parameters, world);
    const handler = METHODS.get(method ?? '');
    if (handler === undefined) throw refusal('40002', 'isv.invalid-method', '不存在的方法名');
    const notifyUrl = value(parameters, 'notify_url') ?? null;
    return { name, node: handler({ biz: bizContent(parameters), notifyUrl }, world), signed };
  } catch (error) {
    if (error instanceof Refusal) return { name, node: error.node, signed };
    throw error;
  }
}

/** The text that the caller must have signed: all parameters but `sign` and blank ones, sorted. */
function textToSign(values: ReadonlyMap<string, string>): string {
  return [...values]
    .filter(([name, text]) => name !== 'sign' && text.trim() !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, text]) => `${name}=${text}`)
    .join('&');
}

function value(parameters: Parameters, name: string): string | undefined {
  const text = parameters.values.get(name);
  return text === undefined || text.trim() === '' ? undefined : text;
}

function refusal(code: string, subCode: string, subMsg: string): Refusal {
  return new Refusal(code, subCode, subMsg);
}

function identify(parameters: Parameters, world: MethodWorld): void {
  const appId = value(parameters, 'app_id');
  if (appId === undefined) throw refusal('40001', 'isv.missing-app-id', '缺少AppID参数');
  if (appId !== world.account.appId || parameters.repeated.includes('app_id')) {
    throw refusal('40002', 'isv.invalid-app-id', '无效的AppID参数');
  }
}

function readable(parameters: Parameters): void {
  const { repeated, unreadable } = parameters;
  if (unreadable !== null) {
    throw refusal('40002', 'isv.invalid-parameter', `请求参数无法解析:${unreadable}`);
  }
  if (repeated.length > 0) {
    throw refusal('40002', 'isv.invalid-parameter', `参数重复:${repeated.join(',')}`);
  }
}

function hasSign(parameters: Parameters): void {
  if (value(parameters, 'sign') === undefined) {
    throw refusal('40001', 'isv.missing-signature', '缺少签名参数');
  }
}

function hasSignType(parameters: Parameters): void {
  const type = value(parameters, 'sign_type');
  if (type === undefined) {
    throw refusal('40001', 'isv.missing-signature-type', '缺少签名类型参数');
  }
  if (type !== 'RSA2') {
    throw refusal('40002', 'isv.invalid-signature-type', '无效的签名类型,只支持RSA2');
  }
}

function hasCharset(parameters: Parameters): void {
  const charset = value(parameters, 'charset')?.toLowerCase();
  if (charset !== 'utf-8' && charset !== 'utf8') {
    throw refusal('40002', 'isv.invalid-charset', '字符集错误,模拟网关只支持utf-8');
  }
}

/** Codes: Alipay, common/02kdnf. One application uses keys or certificates, never both. */
function hasCertificates(parameters: Parameters, world: MethodWorld): void {
  const { certificates } = world;
  const appSn = value(parameters, 'app_cert_sn');
  const rootSn = value(parameters, 'alipay_root_cert_sn');
  if (certificates === null) {
    if (appSn === undefined && rootSn === undefined) return;
    throw refusal('40002', 'isv.invalid-app-cert-sn', '应用未使用证书模式');
  }
  if (appSn === undefined) {
    throw refusal('40001', 'isv.missing-app-cert-sn', '缺少应用公钥证书SN');
  }
  if (rootSn === undefined) {
    throw refusal('40001', 'isv.missing-alipay-root-cert-sn', '缺少支付宝根证书SN');
  }
  if (appSn !== certificates.appSn) {
    throw refusal('40002', 'isv.invalid-app-cert-sn', '应用公钥证书SN不匹配');
  }
  if (rootSn !== certificates.rootSn) {
    throw refusal('40002', 'isv.invalid-alipay-root-cert-sn', '支付宝根证书SN不匹配');
  }
  if (world.nowMs() > certificates.appNotAfterMs) {
    throw refusal('40002', 'isv.app-cert-expired', '应用公钥证书已过期');
  }
}

function isSigned(parameters: Parameters, world: MethodWorld): void {
  const text = textToSign(parameters.values);
  const sign = value(parameters, 'sign') ?? '';
  if (sign.length <= 344 && isSignatureOf(text, sign, world.appPublicKey)) return;
  throw refusal(
    '40002',
    'isv.invalid-signature',
    '验签出错,建议检查签名字符串或签名私钥与应用公钥是否匹配,网关生成的验签字符串为:' +
      text.replaceAll('&', '&amp;'),
  );
}

function isSignatureOf(text: string, sign: string, key: KeyObject): boolean {
  return verify('RSA-SHA256', Buffer.from(text), key, Buffer.from(sign, 'base64'));
}

function hasTimestamp(parameters: Parameters): void {
  const timestamp = value(parameters, 'timestamp');
  if (timestamp === undefined) {
    throw refusal('40001', 'isv.missing-timestamp', '缺少时间戳参数');
  }
  if (parseChinaTime(timestamp) === null) {
    throw refusal('40002', 'isv.invalid-timestamp', '非法的时间戳参数,格式为yyyy-MM-dd HH:mm:ss');
  }
}

function hasVersion(parameters: Parameters): void {
  const version = value(parameters, 'version');
  if (version === undefined) throw refusal('40001', 'isv.missing-version', '缺少版本参数');
  if (version !== '1.0') throw refusal('40002', 'isv.invalid-parameter', '版本参数只能是1.0');
}

function hasMethod(parameters: Parameters): void {
  if (value(parameters, 'method') === undefined) {
    throw refusal('40001', 'isv.missing-method', '缺少方法名参数');
  }
}

function hasCommonForms(parameters: Parameters): void {
  for (const [name, longest] of Object.entries(LENGTHS)) {
    if ((value(parameters, name)?.length ?? 0) > longest) {
      throw refusal('40002', 'isv.invalid-parameter', `${name}超过${longest}个字符`);
    }
  }
  const format = value(parameters, 'format') ?? 'JSON';
  if (format.toUpperCase() !== 'JSON') {
    throw refusal('40002', 'isv.invalid-format', '无效的数据格式,只支持JSON');
  }
  if (value(parameters, 'app_auth_token') !== undefined) {
    throw refusal('20001', 'aop.invalid-app-auth-token', '无效的应用授权令牌');
  }
  if (value(parameters, 'encrypt_type') !== undefined) {
    throw refusal('40002', 'isv.invalid-parameter', '模拟网关不支持内容加密');
  }
  const notifyUrl = value(parameters, 'notify_url');
  if (notifyUrl !== undefined && !/^https?:\/\/[^\s]+$/.test(notifyUrl)) {
    throw refusal('40002', 'isv.invalid-parameter', 'notify_url不是有效的地址');
  }
}

function bizContent(parameters: Parameters): Readonly<Record<string, unknown>> {
  const text = value(parameters, 'biz_content');
  if (text === undefined) throw refusal('40002', 'isv.invalid-parameter', '缺少biz_content参数');
  const content = parsed(text);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw refusal('40002', 'isv.illegal-json', 'biz_content不是JSON对象');
  }
  return content as Record<string, unknown>;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
