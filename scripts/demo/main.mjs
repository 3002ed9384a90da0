// npm run demo [-- --payments N]: fills fresh books with a few plausible days of all seven systems, over
// the real API and the simulated Alipay, and goes on serving them. Never in production, never on books
// that hold anything, and with no setting of an installation but PORT, SIM_PORT and LOG_LEVEL.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { dateOf, daysUntil } from './day.mjs';
import { House } from './house.mjs';
import { built, Ended, move, run, startService, stop } from './programs.mjs';
import { startReceivers } from './receivers.mjs';
import { openNow, spoilBill, stepsOf } from './scenes.mjs';

const FOLDER = join('data', 'demo');
const COMMANDS = 'legacy-db/commands/main.js';

/** The one line that ends a demo before it has begun. */
class Refused extends Error {}

const say = (text) => process.stdout.write(`${text}\n`);

function paymentsADay() {
  const { values } = parseArgs({ options: { payments: { type: 'string', default: '60' } } });
  const count = Number(values.payments);
  if (!(Number.isInteger(count) && count >= 10 && count <= 500)) {
    throw new Refused('--payments is a whole number from 10 to 500');
  }
  return count;
}

/** The settings of the demo. */
function settings(env, receivers) {
  const { isSetting } = built('config/reading/settings.js');
  const others = Object.entries(process.env).filter(([name]) => !isSetting(name));
  const given = ['PORT', 'SIM_PORT', 'LOG_LEVEL'].filter((name) => env[name] !== undefined);
  return {
    ...Object.fromEntries(others),
    ...{ AUTH: 'keys', MICROSERVICE_TRANSPORT: 'none', REFUND_DUPLICATES: 'ask' },
    ...{ DATABASE_URL: 'sqlite:3pay.sqlite', SIM_DATA: 'simulator', SIM_FEE_RATE: '0.6' },
    ...{ LOG_LEVEL: 'warn', ...Object.fromEntries(given.map((name) => [name, env[name]])) },
    ...receivers.settings,
  };
}

/** Throws where the demo must not run. */
async function refuseUnfit(env) {
  if (env.NODE_ENV === 'production') throw new Refused('NODE_ENV is production: no demo there');
  if (existsSync(FOLDER) && readdirSync(FOLDER).length > 0) {
    throw new Refused(`${FOLDER} holds books already: delete that folder for another demo`);
  }
  const port = Number(env.PORT ?? 3000);
  const server = createServer();
  const isFree = await new Promise((done) => {
    server.once('error', () => done(false)).listen(port, '127.0.0.1', () => done(true));
  });
  server.close();
  if (!isFree) throw new Refused(`PORT: ${port} is taken: stop what listens there, or set PORT`);
}

/** A key in the books; gives its secret. */
async function makeKey(place, name, role) {
  const words = ['key', 'make', '--name', name, '--role', role, '--billtypes', '*'];
  return /X-Api-Key: (\S+)/.exec(await run(place, COMMANDS, words))[1];
}

/** What of a demo has to be ended with it, however it ends. */
const alive = { service: null, stopping: false };

function simulatorOf(place) {
  return JSON.parse(readFileSync(join(place.cwd, 'simulator', 'simulator.json'), 'utf8'));
}

/** Fills the books; gives how to sign in. */
async function fill(place, count, receivers) {
  const { days, billed, yesterday } = daysUntil(Date.now());
  const env = { ...place.env, PORT: '0', SWEEP_PERIOD_MS: '0', RATE_LIMIT_PER_MINUTE: '1000000' };
  const service = await startService({ ...place, env }, days[0]);
  alive.service = service;
  const operator = await makeKey(place, 'li-wei', 'operator');
  const key = await makeKey(place, 'counter', 'desk');
  const house = new House({
    ...{ url: service.url, sim: simulatorOf(place).url, key, nowMs: days[0] },
    move: (aheadMs, hasWaited) => move(service, aheadMs, hasWaited),
  });
  for (const day of days) {
    if (day === yesterday) receivers.beginTrouble();
    const steps = stepsOf(day, { count, nowMs: Date.now(), isBusy: day === yesterday });
    say(`  ${dateOf(day)}  ${steps.length} sales, refunds and other events`);
    for (const step of steps) {
      await house.at(step.atMs);
      await step.run(house);
    }
  }
  await house.at(Date.now());
  await openNow(house);
  await spoilBill(house, dateOf(billed));
  await stop(service);
  for (const day of [days[0], billed]) {
    say(`  ${dateOf(day)}  compared with Alipay's bill`);
    await run(place, 'reconcile-main.js', ['--date', dateOf(day)], [0, 1]);
  }
  return operator;
}

/** Ends with the service; what it prints is passed on. */
async function serve(place, key) {
  const service = await startService(place);
  alive.service = service;
  const { child, ended, said, url } = service;
  say(`\n${said.text.trimEnd()}`);
  say(`\nSign in at ${url}/console with the key ${key}`);
  say(
    'It looks and acts in all seven systems. Shown this once; no real money moves. Ctrl+C ends it.',
  );
  child.stdout.on('data', (piece) => process.stdout.write(piece));
  child.stderr.on('data', (piece) => process.stderr.write(piece));
  const [code] = await ended;
  return code ?? 1;
}

async function main() {
  const count = paymentsADay();
  const env = built('config/reading/environment.js').readEnvironment();
  await refuseUnfit(env);
  mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
  const receivers = await startReceivers(`whsec_${randomBytes(24).toString('base64')}`);
  const place = { cwd: resolve(FOLDER), env: settings(env, receivers) };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      alive.stopping = true;
      alive.service?.child.kill('SIGTERM');
    });
  }
  try {
    say(`Filling ${FOLDER}:`);
    const key = await fill(place, count, receivers);
    return await serve(place, key);
  } finally {
    alive.service?.child.kill('SIGTERM');
    endSimulator(place);
  }
}

/** The simulator is a process of its own that outlives its service. */
function endSimulator(place) {
  try {
    process.kill(simulatorOf(place).pid, 'SIGTERM');
  } catch {
    // None was started, or it has ended.
  }
}

main().then(
  (code) => process.exit(code),
  (error) => {
    process.stderr.write(`${saying(error)}\n`);
    process.exit(error instanceof Refused ? 2 : error instanceof Ended ? error.code : 1);
  },
);

/** One line where something outside is the reason; a stack where it is this program. */
function saying(error) {
  if (alive.stopping) return `Stopped while ${FOLDER} was filled: delete it for another demo.`;
  if (error instanceof Refused) return `Not started: ${error.message}`;
  return error instanceof Ended ? error.message : error.stack;
}
