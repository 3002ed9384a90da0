import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { systemClock } from '../../config/system-clock';
import { ManualClock } from '../../../test/support/manual-clock';
import { ConnectionWatch } from './connection-watch';
import { EventLoopWatch } from '../load/event-loop-watch';
import { LoadGate } from '../load/load-gate';
import { RateLimits } from './rate-limits';

beforeAll(() => {
  Logger.overrideLogger(false);
});

describe('the rate limits', () => {
  async function sharing(one: string, other: string): Promise<boolean> {
    const limits = new RateLimits(1, 7);
    await limits.take(null, one);
    return (await limits.take(null, other)) > 0;
  }

  it.each([
    ['203.0.113.1', '203.0.113.1', true],
    ['203.0.113.1', '203.0.113.2', false],
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['2001:0db8:1:2::1', '2001:db8:1:2::1', true],
    ['::1', '::2', true],
    ['::ffff:203.0.113.1', '::ffff:203.0.113.2', false],
    ['fe80::1%eth0', 'fe80::2%eth1', true],
  ])('%s and %s: one counter is %j', async (one, other, shared) => {
    expect(await sharing(one, other)).toBe(shared);
  });

  it('keep keys and addresses apart', async () => {
    const limits = new RateLimits(1, 7);
    expect(await limits.take('203.0.113.1', 'x')).toBe(0);
    expect(await limits.take(null, '203.0.113.1')).toBe(0);
    expect(await limits.take('203.0.113.1', 'y')).toBeGreaterThan(0);
  });

  it('count calls that sign themselves apart, and by who signed them', async () => {
    const limits = new RateLimits(1, 7);
    const address = '203.0.113.1';
    expect(await limits.take(null, address)).toBe(0);
    expect(await limits.takeSigned(null, address)).toBe(0);
    expect(await limits.takeSigned(null, address)).toBeGreaterThan(0);
    for (let i = 0; i < 10; i += 1) expect(await limits.takeSigned('one', address)).toBe(0);
    expect(await limits.takeSigned('one', address)).toBeGreaterThan(0);
    expect(await limits.takeSigned('other', address)).toBe(0);
    expect(await limits.takeSigned(null, '203.0.113.2')).toBe(0);
  });

  it('need no more memory for a flood from everywhere', async () => {
    const limits = new RateLimits(1, 7);
    let refused = 0;
    for (let i = 0; i < 80_000; i += 1) {
      const address = `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`;
      if ((await limits.take(null, address)) > 0) refused += 1;
    }
    expect(refused).toBeGreaterThanOrEqual(80_000 - 65_536);
  });
});

describe('the event loop watch', () => {
  it('counts one stall, and tells of a delay only when it lasts', () => {
    const clock = new ManualClock(0);
    const watch = new EventLoopWatch(clock);
    watch.start();
    const look = (lateMs: number): void => {
      clock.pass(200 + lateMs);
      watch.look();
    };
    look(5_000);
    expect([watch.stalls(), watch.delayMs()]).toEqual([1, 0]);
    for (let i = 0; i < 4; i += 1) look(700);
    expect([watch.stalls(), watch.delayMs()]).toEqual([1, 700]);
    look(0);
    expect(watch.delayMs()).toBe(0);
    watch.stop();
  });

  it('makes the gate refuse', () => {
    let delay = 0;
    const gate = new LoadGate({ delayMs: () => delay }, 2, 500);
    expect(gate.refusal()).toBeNull();
    delay = 501;
    expect(gate.refusal()).toContain('501 ms');
    delay = 0;
    gate.begin();
    gate.begin();
    expect(gate.refusal()).toContain('2 requests');
    gate.end();
    expect(gate.refusal()).toBeNull();
  });
});

describe('the connection watch', () => {
  it('lets the oldest idle connection go when there are too many, never one at work', async () => {
    const watch = new ConnectionWatch(systemClock, 3);
    const server = createServer((_request, response) => response.end('ok'));
    watch.watch(server);
    const seen: Socket[] = [];
    server.on('connection', (socket) => seen.push(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const clients: Socket[] = [];
    const open = async (): Promise<void> => {
      const client = connect(port, '127.0.0.1').on('error', () => undefined);
      clients.push(client);
      await once(server, 'connection');
    };
    await open();
    watch.begin(seen[0] as Socket);
    for (let i = 0; i < 4; i += 1) await open();
    expect([watch.open(), watch.cut()]).toEqual([3, 2]);
    expect(seen.map(({ destroyed }) => destroyed)).toEqual([false, true, true, false, false]);
    clients.forEach((client) => client.destroy());
    server.close();
  });
});
