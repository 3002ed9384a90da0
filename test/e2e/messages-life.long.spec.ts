import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { messagePort, OVER_TCP, RawCaller, watched } from '../support/process/message-client';
import { freePort } from '../support/process/ports';
import { TestService } from '../support/process/service';
import { anAsk, getCode, payAtSimulator, receiptRow } from '../support/process/till';

jest.setTimeout(30_000);

describe('a stop', () => {
  it('finishes the messages taken, and takes no more', async () => {
    const service = await TestService.start(OVER_TCP);
    const inspect = service.inspect();
    try {
      const code = await getCode(service, anAsk());
      await payAtSimulator(service, code);
      await service.sim.spoil({ method: 'query', fault: 'delay', delayMs: 1_500, count: 1 });
      const metric = 'threepay_messages_up{transport="tcp"} 1';
      expect(await watched(service)).toBe(`200 ready, up, ${metric}`);
      const caller = await RawCaller.to(messagePort(service));
      const { billnum, billtype, paytype } = code.ask;
      const named = JSON.stringify({ billnum, autoid: code.autoid, billtype, paytype });
      const reply = caller.send('3pay.alipay.query', named);
      await wait(300);
      const ended = service.kill('SIGTERM');
      await wait(300);
      await expect(RawCaller.to(messagePort(service))).rejects.toThrow('ECONNREFUSED');
      const late = caller.send('3pay.alipay.scancode', JSON.stringify(anAsk('2')));
      late.catch(() => undefined); // Looked at below.
      expect(JSON.parse(await reply)).toMatchObject({ tag: { paystatus: 'SUCCESS' } });
      await expect(late).rejects.toThrow('closed');
      expect(await ended).toBe(0);
      expect(receiptRow(inspect, code).told_at_ms).not.toBeNull();
      expect(inspect.rows('select id from receipt')).toHaveLength(1);
    } finally {
      inspect.close();
      await service.stop();
    }
  });
});

describe('a start', () => {
  it('on a port that is taken ends with one clear line', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as AddressInfo;
    const service = await TestService.start({ LOG_LEVEL: 'info' });
    try {
      const env = {
        MICROSERVICE_TRANSPORT: 'tcp',
        MICROSERVICE_URL: `tcp://127.0.0.1:${port}`,
        LOG_LEVEL: 'fatal',
      };
      expect(await watched(service)).toBe('200 ready, off, no metric');
      await service.kill();
      const printed = await service.restart(env).then(
        () => 'it started',
        (error: Error) => error.message,
      );
      expect(printed.split('\n').filter((line) => line !== '')).toEqual([
        'the service did not start: Not started: MICROSERVICE_URL: ' +
          `127.0.0.1:${port} is taken, perhaps by another 3Pay Gateway: ` +
          'stop it, or set MICROSERVICE_URL',
      ]);
      expect(await service.kill()).toBeNull();
    } finally {
      taken.close();
      await service.stop();
    }
  });

  it.each(['nats', 'rmq', 'redis'])('without the %s broker serves HTTP', async (transport) => {
    const scheme = transport === 'rmq' ? 'amqp' : transport;
    const service = await TestService.start({
      MICROSERVICE_TRANSPORT: transport,
      MICROSERVICE_URL: `${scheme}://user:planted-word@127.0.0.1:${await freePort()}`,
      LOG_LEVEL: 'info',
    });
    try {
      await getCode(service, anAsk());
      await wait(1_500); // Several tries.
      const told = service.log.match(/no connection/g);
      expect(told).toHaveLength(1);
      const metric = `threepay_messages_up{transport="${transport}"} 0`;
      expect(await watched(service)).toBe(`200 degraded, down, ${metric}`);
      expect(service.log).not.toContain('planted-word');
      expect(await service.kill('SIGTERM')).toBe(0);
    } finally {
      await service.stop();
    }
  });
});
