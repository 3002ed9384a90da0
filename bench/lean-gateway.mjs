// The simulator's gateway without its memory of calls and without its journal: same checks, same
// signatures, an order kept in memory alone. Prints its port; keys and client.env are in argv[2].
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { resolve } from 'node:path';

const require = createRequire(import.meta.url);
const part = (name) => require(resolve(import.meta.dirname, `../dist/src/simulator/${name}.js`));
const { loadIdentity, writeClientEnv } = part('keys/keys');
const { Ledger } = part('ledger/ledger');
const { machineClock } = part('clock');
const { GatewayEndpoint } = part('gateway/gateway-http');
const { Faults } = part('gateway/faults');
const { worldOf } = part('simulator');

const folder = resolve(process.argv[2]);
const identity = await loadIdentity(folder);
const clock = machineClock();
const ledger = new Ledger({ append: () => undefined }, clock, () => undefined);
const faults = new Faults();
const calls = { begin: (params) => ({ method: params.get('method') ?? '' }) };
let world;
const endpoint = new GatewayEndpoint(identity, (rehearsal) => world(rehearsal), faults, calls, 0);
const server = createServer((request, response) => {
  const query = request.url.split('?')[1] ?? '';
  endpoint.handle(request, response, query).catch((error) => {
    process.stderr.write(`${error.stack}\n`);
    response.destroy();
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  const bills = { ask: () => ({ kind: 'late' }) };
  world = worldOf({ identity, ledger, clock, publicUrl: url, faults, refundVisibleMs: 0, bills });
  writeClientEnv(folder, identity, url);
  process.stdout.write(`gateway ${url}\n`);
});
process.on('SIGTERM', () => process.exit(0));
