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

/** What the caller's own books keep, over a restart too, and what its people see. */
export interface Till {
  /** The receipt that was begun last on a bill; null: none was. */
  lastAutoid(billnum: string): Promise<string | null>;
  /** Resolves when it is safely kept. */
  keepAutoid(billnum: string, autoid: string): Promise<void>;
  show(codeUrl: string): void;
  /** The outcome is not known yet: its people must take no cash. */
  unknown(): void;
}

const ANSWER_WITHIN_MS = 10_000;
const ASK_EVERY_MS = 2_000;
// What came of the call is not known yet: it is repeated. Messages have no Retry-After.
const UNDECIDED = [1, 42900, 50000, 50300, 50301];
// Of a code that was shown this tells nothing.
const TELLS_NOTHING = [40100, 40300, 50201];

/** A client of a service that listens on `tcp://HOST:PORT`. Others: docs/integrating.md. */
export function tcpClient(host: string, port: number): ClientProxy {
  return ClientProxyFactory.create({ transport: Transport.TCP, options: { host, port } });
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
}

/** Repeats a message, with the very same members, until its outcome is known. */
async function call(
  client: ClientProxy,
  pattern: string,
  members: object,
  undecided: readonly number[],
  till: Till,
): Promise<Envelope> {
  for (;;) {
    const sent = client.send<Envelope>(pattern, members).pipe(timeout(ANSWER_WITHIN_MS));
    const answer = await firstValueFrom(sent).catch(() => null); // No answer is like errcode 1.
    if (answer && !undecided.includes(answer.errcode)) return answer;
    till.unknown();
    await pause();
  }
}

/** How a receipt stands: its paystatus. */
async function query(
  client: ClientProxy,
  named: object,
  autoid: string,
  till: Till,
): Promise<string> {
  const undecided = [...UNDECIDED, ...TELLS_NOTHING];
  const answer = await call(client, '3pay.alipay.query', { ...named, autoid }, undecided, till);
  if (answer.errcode !== 0) throw new Error(answer.errmsg);
  return answer.tag?.['paystatus'] ?? '';
}

/** Asks until it is decided. What is not known never ends this. */
async function watch(
  client: ClientProxy,
  named: object,
  autoid: string,
  till: Till,
): Promise<string> {
  for (;;) {
    const status = await query(client, named, autoid, till);
    if (!['', 'NOTPAY', 'USERPAYING'].includes(status)) return status;
    await pause();
  }
}

/** Asks for a code, has it shown, and asks until it is decided. Gives the paystatus. */
export async function pay(
  client: ClientProxy,
  billnum: string,
  amount: string,
  till: Till,
): Promise<string> {
  const named = { billnum, billtype: '1', paytype: '98' };
  const last = await till.lastAutoid(billnum);
  if (last !== null) {
    // After a break: the last receipt may have been paid unseen. Only then ask for a code.
    const status = await query(client, named, last, till);
    if (status === 'SUCCESS' || status === 'REFUND') return status;
  }
  const members = { ...named, body: 'ticket', paymentvalue: amount };
  const scan = '3pay.alipay.scancode';
  const { errcode, errmsg, tag } = await call(client, scan, members, UNDECIDED, till);
  // 40901: paid already; the tag names the receipt to be asked for.
  if (errcode !== 0 && errcode !== 40901) throw new Error(errmsg);
  const autoid = tag?.['autoid'] ?? '';
  await till.keepAutoid(billnum, autoid); // Before anybody can pay.
  if (errcode === 0) till.show(tag?.['codeurl'] ?? '');
  return watch(client, named, autoid, till);
}
