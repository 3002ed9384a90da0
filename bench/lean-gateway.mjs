// The simulator's gateway without its memory of calls and without its journal: same checks, same
// signatures, an order kept in memory alone. Prints its port; keys and client.env are in argv[2].
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';

const require = createRequire(import.meta.url);
const part = (name) => require(resolve(import.meta.dirname, `../dist/src/simulator/${name}.js`));
const { loadIdentity, writeClientEnv } = part('keys');
const { Ledger } = part('ledger');
const { machineClock } = part('clock');
const { GatewayEndpoint } = part('gateway-http');
const { Faults } = part('faults');
const { newTradeNo } = part('guest');

const folder = resolve(process.argv[2]);
const identity = await loadIdentity(folder);
const clock = machineClock();
const ledger = new Ledger({ append: () => undefined }, clock, () => undefined);
const calls = { begin: (params) => ({ method: params.get('method') ?? '' }) };
let publicUrl = '';
const world = {
  account: identity.account,
  appPublicKey: identity.appPublicKey,
  get publicUrl() {
    return publicUrl;
  },
  nowMs: () => clock.nowMs(),
  find: (outTradeNo) => ledger.find(outTradeNo),
  findByTradeNo: (tradeNo) => ledger.findByTradeNo(tradeNo),
  save: (order, cause) => ledger.save(order, cause),
  newCode: () => randomBytes(18).toString('base64url'),
  newTradeNo: () => newTradeNo(clock.nowMs()),
};
const endpoint = new GatewayEndpoint(identity, () => world, new Faults(), calls, 0);
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
  publicUrl = url;
  writeClientEnv(folder, identity.account, url);
  process.stdout.write(`gateway ${url}\n`);
});
process.on('SIGTERM', () => process.exit(0));
