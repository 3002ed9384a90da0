import { fen, formatYuan, parseChannelAmount } from '../../domain/money';
import { AnswerNode, bodyText, nodeText, Refusal } from './answer';
import { Call } from './calls';
import { Fault, FaultKind } from './faults';
import { GatewayAnswer } from './gateway';
import { besideRefusedRefund } from './methods/refund';

const AMOUNTS = ['total_amount', 'refund_fee', 'refund_amount'] as const;

/** With what an answer is signed. */
export interface Signer {
  /** Makes the signature of a text. */
  sign(text: string): Promise<string>;
  /** Serial number of the certificate of its key; null: key mode. */
  readonly certSn: string | null;
}

/** An answer in bytes, with the HTTP status that carries it. */
export interface WireAnswer {
  readonly status: 200 | 502;
  readonly body: string;
}

/** The body of an answer as Alipay sends it, or as `fault` spoils it. */
export async function wireAnswer(
  answer: GatewayAnswer,
  fault: FaultKind | null,
  signer: Signer,
): Promise<WireAnswer> {
  if (fault === 'http502') return { status: 502, body: page('502 Bad Gateway') };
  if (fault === 'html') return { status: 200, body: page('系统繁忙,请稍后再试') };
  const text = nodeText(spoiltNode(answer.node, fault));
  const node = fault === 'number_amounts' ? withNumbers(text) : text;
  const sign = answer.signed && fault !== 'no_sign' ? await signature(node, fault, signer) : null;
  const body = bodyText(answer.name, node, sign, signer.certSn);
  if (fault !== 'truncated') return { status: 200, body };
  return { status: 200, body: body.slice(0, Math.ceil(body.length / 2)) };
}

/** The answer that a fault gives in place of the true one; null: the true one is used. */
export function replacement({ fault, subCode }: Fault, call: Call): AnswerNode | null {
  switch (fault) {
    case 'system_error':
      return new Refusal('40004', 'ACQ.SYSTEM_ERROR', '系统错误', besideSystemError(call)).node;
    case 'unknown_error':
      return new Refusal('20000', 'aop.unknow-error', '服务暂不可用').node;
    case 'rate_limited':
      return new Refusal('40005', 'isv.app-call-limited', '应用调用次数超限').node;
    case 'refuse':
      return new Refusal('40004', subCode ?? '', '业务处理失败', besideRefusal(call)).node;
    case 'delay':
    case 'reset':
    case 'http502':
    case 'html':
    case 'truncated':
    case 'bad_sign':
    case 'no_sign':
    case 'wrong_out_trade_no':
    case 'wrong_amount':
    case 'number_amounts':
      return null;
  }
}

/** What Alipay puts beside the error of a method, as recorded answers have it. */
function besideRefusal({ method, outTradeNo }: Call): AnswerNode {
  const number = outTradeNo ?? undefined;
  switch (method) {
    case 'alipay.trade.query':
    case 'alipay.trade.pay':
      return {
        buyer_pay_amount: '0.00',
        invoice_amount: '0.00',
        out_trade_no: number,
        point_amount: '0.00',
        receipt_amount: '0.00',
      };
    case 'alipay.trade.refund':
      return besideRefusedRefund(number);
    case 'alipay.trade.cancel':
      return { retry_flag: 'N' };
    default:
      return {};
  }
}

/** A failure within Alipay invites to a repeat: a cancel in so many words. */
function besideSystemError(call: Call): AnswerNode {
  switch (call.method) {
    case 'alipay.trade.refund':
      return besideRefusal(call);
    case 'alipay.trade.cancel':
      return { retry_flag: 'Y' };
    default:
      return {};
  }
}

/** `bad_sign` is a true signature of Alipay's, but of other bytes. */
function signature(node: string, fault: FaultKind | null, signer: Signer): Promise<string> {
  return signer.sign(fault === 'bad_sign' ? `${node} ` : node);
}

/** A node that lies in one member, and is signed all the same. */
function spoiltNode(node: AnswerNode, fault: FaultKind | null): AnswerNode {
  if (fault === 'wrong_out_trade_no' && typeof node['out_trade_no'] === 'string') {
    return { ...node, out_trade_no: `${node['out_trade_no']}_X` };
  }
  const name = AMOUNTS.find((one) => parseChannelAmount(node[one]) !== null);
  if (fault !== 'wrong_amount' || name === undefined) return node;
  return { ...node, [name]: formatYuan(fen((parseChannelAmount(node[name]) ?? 0) + 1)) };
}

/** The text of a node with its amounts as JSON numbers of the same digits. */
function withNumbers(node: string): string {
  return node.replace(/("(?:\w+_)?(?:amount|fee)":)"(\d+\.\d\d)"/g, '$1$2');
}

function page(text: string): string {
  return (
    `<html>\r\n<head><title>${text}</title></head>\r\n<body>\r\n` +
    `<center><h1>${text}</h1></center>\r\n<hr><center>Tengine</center>\r\n</body>\r\n</html>\r\n`
  );
}
