import { randomBytes } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { nodeName, rsa2 } from './answer';
import { Call, Calls } from './calls';
import { pause } from '../clock';
import { Fault, Faults } from './faults';
import { GatewayAnswer, serve } from './gateway';
import { readBody } from '../http';
import { Identity } from '../keys/keys';
import { MethodWorld } from './methods/method';
import { Parameters, readParameters } from './parameters';
import { replacement, WireAnswer, wireAnswer } from './spoil';

const BODY_LIMIT = 1_048_576;

/** The world as a method sees it: the real one, or a rehearsal in which nothing is kept. */
export type WorldFor = (rehearsal: boolean) => MethodWorld;

/** `/gateway.do` over HTTP: reads the call, lets the gateway serve it, and spoils the answer. */
export class GatewayEndpoint {
  /** `latencyMs`: real ms that every answer is held back. */
  constructor(
    private readonly identity: Identity,
    private readonly worldFor: WorldFor,
    private readonly faults: Faults,
    private readonly calls: Calls,
    private readonly latencyMs: number,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse, query: string): Promise<void> {
    const body = await readBody(request, BODY_LIMIT);
    const parameters = readParameters(query, request.headers['content-type'] ?? '', body);
    const call = this.calls.begin(parameters.values);
    const fault = this.faults.take(call.method);
    call.fault = fault?.fault ?? null;
    const wire = await this.answer(parameters, call, fault);
    if (this.latencyMs > 0) await pause(this.latencyMs);
    if (wire === null) request.socket.resetAndDestroy();
    else await send(response, wire, fault?.inBody === true ? fault.delayMs : 0);
  }

  /** Null: no answer, the connection is to be reset. */
  private async answer(
    parameters: Parameters,
    call: Call,
    fault: Fault | undefined,
  ): Promise<WireAnswer | null> {
    const holdMs = fault === undefined || fault.inBody ? 0 : fault.delayMs;
    if (holdMs > 0 && fault?.afterEffect === false) await pause(holdMs);
    const answer = this.serve(parameters, call, fault);
    call.outcome = outcomeOf(answer, fault);
    if (holdMs > 0 && fault?.afterEffect === true) await pause(holdMs);
    if (fault?.fault === 'reset') return null;
    const { alipayPrivateKey, certificates } = this.identity;
    return wireAnswer(answer, fault?.fault ?? null, {
      sign: (text) => rsa2(text, alipayPrivateKey),
      certSn: certificates?.alipaySn ?? null,
    });
  }

  /**
   * A fault before the effect lets the call be rehearsed only, so that its spoilt answer is still
   * plausible; `delay` merely comes later, or answers later, and `number_amounts` is no lie.
   */
  private serve(parameters: Parameters, call: Call, fault: Fault | undefined): GatewayAnswer {
    const happens = fault === undefined || fault.afterEffect || isTrue(fault);
    const answer = serve(parameters, this.worldFor(!happens));
    const node = fault === undefined ? null : replacement(fault, call);
    return node === null ? answer : { name: nodeName(call.method), node, signed: true };
  }
}

/** Whether the answer of a spoilt call is still the true one. */
function isTrue({ fault }: Fault): boolean {
  return fault === 'delay' || fault === 'number_amounts';
}

function outcomeOf(answer: GatewayAnswer, fault: Fault | undefined): string {
  const { code, sub_code: subCode } = answer.node;
  const text = [code, subCode].filter((part) => typeof part === 'string').join(' ');
  if (fault === undefined || isTrue(fault)) return text;
  return fault.subCode === null ? `fault ${fault.fault}` : `fault ${fault.fault} ${fault.subCode}`;
}

async function send(response: ServerResponse, wire: WireAnswer, bodyPauseMs: number) {
  const body = Buffer.from(wire.body);
  response.writeHead(wire.status, {
    'Content-Type': 'text/html;charset=utf-8',
    'Content-Length': body.length,
    trace_id: randomBytes(16).toString('hex'),
  });
  if (bodyPauseMs > 0) {
    response.write(body.subarray(0, body.length / 2));
    await pause(bodyPauseMs);
    response.end(body.subarray(body.length / 2));
  } else {
    response.end(body);
  }
}
