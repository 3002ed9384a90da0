import type { ClientProxy } from '@nestjs/microservices';
import { TraceReceiver } from '../support/far-side/trace-receiver';
import { ask } from '../support/process/message-client';
import { TestService } from '../support/process/service';
import { anAsk, until } from '../support/process/till';
import { BROKERS, over } from './brokers';
import type { Brought } from './brokers';

jest.setTimeout(60_000);

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const PARENT = 'b7ad6b7169203331';
const traceparent = `00-${TRACE}-${PARENT}-01`;

/** Its messages say where they stand. */
const TRACED: Brought = {
  header: ['traceparent', traceparent],
  member: ['traceparent', traceparent],
};

describe.each(BROKERS)('a trace over $transport', (broker) => {
  let traces: TraceReceiver;
  let service: TestService;
  let client: ClientProxy;

  beforeAll(async () => {
    await broker.clean();
    traces = await TraceReceiver.start();
    service = await TestService.start({ ...over(broker), ...traces.env });
    await until(() => service.log.includes(': connected'), 15_000);
    client = broker.client(TRACED);
    await client.connect();
  });
  afterAll(async () => {
    await client?.close();
    await service?.stop();
    await traces?.stop();
    await broker.clean();
  });

  it('goes on from its sender', async () => {
    expect((await ask(client, 'alipay.scancode', anAsk('2'))).errcode).toBe(0);
    const message = await traces.span('process 3pay.alipay.scancode');
    expect([message.traceId, message.parentSpanId]).toEqual([TRACE, PARENT]);
    const system = broker.transport === 'rmq' ? 'rabbitmq' : broker.transport;
    expect(message.attributes['messaging.system']).toBe(system);
    expect(traces.traceOf(message)).toHaveLength(4);
  });
});
