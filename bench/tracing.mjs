// npm run bench:tracing [-- --count 200000 --rounds 7]
// What tracing costs a ScanCode: the calls of src/tracing that one makes, around work that does
// nothing, against that work alone. Without an SDK, as the service runs, and with one whose spans
// are thrown away. Medians of the rounds, in us of CPU and as a share of a whole ScanCode.
import { parseArgs } from 'node:util';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { channelSpan } from '../dist/src/tracing/channel-span.js';
import { RequestSpan } from '../dist/src/tracing/request-span.js';
import { aboutBillType } from '../dist/src/tracing/tracer.js';
import { unitSpan } from '../dist/src/tracing/unit-span.js';

/** CPU of a ScanCode, us: docs/performance.md. */
const SCAN_CODE_US = 600;
const AIM = 0.01;

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '200000' },
    rounds: { type: 'string', default: '7' },
  },
});
const [count, rounds] = [Number(values.count), Number(values.rounds)];

const receipt = { id: 1, billType: '2', state: 'waiting', outTradeNo: 'N' };
const decided = { kind: 'begun', receipt };
const answer = { code: '10000' };
const gateway = new URL('http://127.0.0.1:3100/gateway.do');
const begin = async () => decided;
const call = async () => answer;
const giveCode = async () => receipt;
const end = { route: '/api/3Pay/AliPay/ScanCode', status: 200, errcode: 0, aborted: false };

async function bare() {
  await begin();
  await call();
  await giveCode();
}

async function work() {
  aboutBillType('2');
  await unitSpan(false, 'begin', begin);
  await channelSpan('alipay.trade.precreate', gateway, call, () => {
    return { answer, status: 200, failure: null };
  });
  await unitSpan(false, 'giveCode', giveCode);
}

async function traced() {
  const span = RequestSpan.begin('POST', null);
  let done;
  if (span) span.within(() => (done = work()));
  else done = work();
  await done;
  span?.end(end);
}

/** us of CPU for one. */
async function costOf(each, times) {
  const before = process.cpuUsage();
  for (let i = 0; i < times; i += 1) await each();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / times;
}

async function measured(name, times) {
  const found = [];
  for (let round = 0; round < rounds; round += 1) {
    const without = await costOf(bare, times);
    found.push((await costOf(traced, times)) - without);
  }
  found.sort((one, other) => one - other);
  const us = found[Math.floor(rounds / 2)];
  const percent = ((us / SCAN_CODE_US) * 100).toFixed(2);
  process.stdout.write(`${name}: ${us.toFixed(2)} us, ${percent} % of ${SCAN_CODE_US} us\n`);
  return us / SCAN_CODE_US;
}

await costOf(traced, count); // V8 compiles it.
const share = await measured('without an SDK', count);
const exporter = {
  export: (_spans, done) => done({ code: 0 }),
  shutdown: () => Promise.resolve(),
};
const spanProcessors = [new BatchSpanProcessor(exporter)];
new NodeTracerProvider({ spanProcessors }).register();
await measured('with an SDK, every span recorded, none sent', Math.ceil(count / 10));
if (share >= AIM) {
  process.stderr.write(`without an SDK it should be less than ${AIM * 100} %\n`);
  process.exitCode = 1;
}
