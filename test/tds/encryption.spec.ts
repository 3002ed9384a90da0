import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { readConfig } from '../../src/config/config';
import { checkBooks } from '../../src/legacy-db/commands/commands';
import { storedBooks } from '../../src/legacy-db/commands/check/stored-books';
import { onlyEncrypted } from '../../src/legacy-db/sqlserver/connect/only-encrypted';
import type { Greeted } from '../../src/legacy-db/sqlserver/connect/only-encrypted';
import { catalogBackend, wholeCatalog } from './catalog';
import { TdsServer } from './tds-server';
import { selfSigned } from './tls';

jest.setTimeout(30_000);

let server: TdsServer;

beforeEach(async () => (server = await TdsServer.start(catalogBackend(await wholeCatalog()))));
afterEach(async () => {
  await server.down();
  expect(server.problems).toEqual([]);
});

/** The last line of `db:check`, with the address's other options. */
async function check(options: string, port = server.port): Promise<string> {
  const DATABASE_URL = `mssql://user:secret@127.0.0.1:${port}/books?${options}`;
  const { database } = readConfig({ DATABASE_URL }, () => '');
  const { lines } = await checkBooks(storedBooks(database));
  return lines.at(-1) ?? '';
}

const NO_TLS =
  'cannot be used: the server offers no TLS, and encrypt=true wants it: no password was sent';

describe('encrypt=true', () => {
  it.each(['encrypt=true', 'encrypt=true&trustServerCertificate=true', ''])(
    'refuses a server that says it has no TLS, before the log-in (%s)',
    async (options) => {
      expect(await check(options)).toBe(NO_TLS);
      expect(server.logins).toEqual([]);
    },
  );

  it('goes on over TLS', async () => {
    server.identity = await selfSigned();
    expect(await check('encrypt=true&trustServerCertificate=true')).toBe('no differences');
    expect(server.logins).not.toEqual([]);
  });

  it('refuses a certificate that it has no reason to trust', async () => {
    server.identity = await selfSigned();
    expect(await check('encrypt=true')).toMatch(/^cannot be used: no server answers there, or its/);
    expect(server.logins).toEqual([]);
  });

  it('refuses a driver that would encrypt by other means', () => {
    expect(() => onlyEncrypted({ once: () => undefined } as unknown as Greeted)).toThrow(
      'the driver is not the one we know',
    );
  });
});

describe('encrypt=false', () => {
  it('takes a server without TLS, and is told of one that wants it', async () => {
    expect(await check('encrypt=false')).toBe('no differences');
    server.identity = await selfSigned();
    expect(await check('encrypt=false')).toBe(
      'cannot be used: the server takes TLS alone: say encrypt=true',
    );
  });
});

describe('encrypt=strict', () => {
  it('is TLS from the first byte on', async () => {
    const first: Buffer[] = [];
    const plain = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', (bytes: Buffer) => {
        first.push(bytes);
        socket.destroy();
      });
    }).listen(0, '127.0.0.1');
    await once(plain, 'listening');
    const said = await check('encrypt=strict', (plain.address() as AddressInfo).port);
    plain.close();
    expect(said).toMatch(/^cannot be used: no server answers there, or its TLS is not/);
    // A record of the handshake (22), and the protocol's name within it.
    expect(first[0]?.[0]).toBe(22);
    expect(first[0]?.toString('latin1')).toContain('tds/8.0');
  });
});
