// Takes one payment by messages, from another NestJS service.
import { ClientProxyFactory, Transport } from '@nestjs/microservices';
import type { ClientProxy } from '@nestjs/microservices';
import { firstValueFrom, timeout } from 'rxjs';

/** What every message is answered with. Refusals come the same way: look at `errcode`. */
export interface Envelope {
  readonly errcode: number;
  readonly errmsg: string;
  readonly tag: Readonly<Record<string, string | null>> | null;
}

const ANSWER_WITHIN_MS = 10_000;
const ASK_EVERY_MS = 2_000;
// Our fault or nobody's: what came of the call is not known, so it is repeated.
const UNDECIDED = [1, 42900, 50000, 50300];

/** A client of a service that listens on `tcp://HOST:PORT`. Others: docs/integrating.md. */
export function tcpClient(host: string, port: number): ClientProxy {
  return ClientProxyFactory.create({ transport: Transport.TCP, options: { host, port } });
}

/** Repeats a message, with the very same members, until its outcome is known. */
async function call(client: ClientProxy, pattern: string, members: object): Promise<Envelope> {
  for (;;) {
    const sent = client.send<Envelope>(pattern, members).pipe(timeout(ANSWER_WITHIN_MS));
    const answer = await firstValueFrom(sent).catch(() => null); // No answer is like errcode 1.
    if (answer && !UNDECIDED.includes(answer.errcode)) return answer;
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}

/** Asks for a code, has it shown, and asks until it is decided. Gives the paystatus. */
export async function pay(
  client: ClientProxy,
  billnum: string,
  amount: string,
  show: (codeUrl: string) => void,
): Promise<string> {
  const named = { billnum, billtype: '1', paytype: '98' };
  const members = { ...named, body: 'ticket', paymentvalue: amount };
  const code = await call(client, '3pay.alipay.scancode', members);
  // 40901: paid already; the tag names the receipt to be asked for.
  if (code.errcode !== 0 && code.errcode !== 40901) throw new Error(code.errmsg);
  if (code.errcode === 0) show(code.tag?.['codeurl'] ?? '');
  for (;;) {
    const query = { ...named, autoid: code.tag?.['autoid'] };
    const { errcode, errmsg, tag } = await call(client, '3pay.alipay.query', query);
    if (errcode !== 0) throw new Error(errmsg);
    const status = tag?.['paystatus'] ?? '';
    if (status !== 'NOTPAY' && status !== 'USERPAYING') return status;
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
}
