import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { TestService } from '../support/process/service';
import { anAsk } from '../support/process/till';

/** A port at which somebody takes connections and never says a word. */
class Silence {
  private readonly sockets: Socket[] = [];
  private readonly server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    this.sockets.push(socket);
  });

  async listen(): Promise<number> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
  }
}

const OPTIONS = 'encrypt=false&connectTimeoutMs=1000&requestTimeoutMs=1000';

describe('a service whose SQL Server is not there', () => {
  const silence = new Silence();
  const services: TestService[] = [];

  async function startOn(port: number): Promise<TestService> {
    const url = `mssql://user:planted-password@127.0.0.1:${port}/books?${OPTIONS}`;
    const service = await TestService.start({ DATABASE_URL: url });
    services.push(service);
    return service;
  }

  afterAll(async () => {
    for (const service of services) await service.stop();
    silence.close();
  });

  it('starts all the same, refuses at once and calls nobody', async () => {
    const closed = new Silence();
    const port = await closed.listen();
    closed.close();
    const service = await startOn(port);
    const startedMs = Date.now();
    const answer = await service.post('ScanCode', anAsk());
    expect([answer.status, answer.errcode, answer.tag]).toEqual([200, 50300, null]);
    expect(Date.now() - startedMs).toBeLessThan(1_000);
    expect(await service.sim.calls()).toEqual([]);
    const query = { billnum: 'B1', autoid: '1', billtype: '2', paytype: '98' };
    expect((await service.post('Query', query)).errcode).toBe(50300);
    expect(service.log).toContain('DATABASE_UNAVAILABLE: connect: ESOCKET');
    expect(service.log).not.toContain('planted-password');
    expect(await service.kill('SIGTERM')).toBe(0);
  }, 60_000);

  it('starts all the same where somebody listens and never answers', async () => {
    const service = await startOn(await silence.listen());
    const answer = await service.post('ScanCode', anAsk());
    expect(answer.errcode).toBe(50300);
    expect(service.log).toContain('DATABASE_UNAVAILABLE: connect: ETIMEOUT');
    expect(await service.kill('SIGTERM')).toBe(0);
  }, 60_000);
});
