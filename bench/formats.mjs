// Cost of the codecs on the bodies of the two calls, in microseconds of CPU.
// Usage: npm run bench:formats (after a build). Compare the ratios, not the absolute figures.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { AliScanCodeParm, PayStatusResult } from './lib/contracts.mjs';

const require = createRequire(import.meta.url);
const dist = resolve(import.meta.dirname, process.argv[2] ?? '../dist');
const { readBody, encodeResult } = require(`${dist}/src/wire/codec/codec.js`);
const { Builder, parseString } = require('xml2js');
const { serialize } = require('bson');

const ROUNDS = 9;
const ROUND_MS = 120;

const parm = {
  billnum: 'T20240501001',
  billtype: '1',
  body: '景区门票',
  paytype: '21',
  paymentvalue: 0.01,
  detail: '成人票x1',
  clientip: '202.96.128.68',
  cardno: '88880001',
};
const tag = {
  billnum: 'T20240501001',
  autoid: '98|0|1',
  billstatus: '3',
  paystatus: 'SUCCESS',
  paystatusdesc: '支付成功',
};
const envelope = { errcode: 0, errmsg: 'ok', tag };

const xmlMembers = Object.keys(parm)
  .sort()
  .map((name) => `<${name}>${parm[name]}</${name}>`)
  .join('');
const xmlText =
  `<AliScanCodeParm xmlns:i="http://www.w3.org/2001/XMLSchema-instance" ` +
  `xmlns="${AliScanCodeParm.namespace}">${xmlMembers}</AliScanCodeParm>`;
const jsonBytes = Buffer.from(JSON.stringify(parm));
const xmlBytes = Buffer.from(xmlText);
const bsonBytes = Buffer.from(serialize(parm));
const formBytes = Buffer.from(new URLSearchParams(parm).toString());
const choice = (format) => ({ format, mediaType: `application/${format}`, charset: 'utf-8' });
const choices = { json: choice('json'), xml: choice('xml'), bson: choice('bson') };
const builder = new Builder({ renderOpts: { pretty: false }, headless: true });
const read = (format, bytes) => () => readBody(format, AliScanCodeParm, bytes, 'utf-8');
const write = (format) => () => encodeResult(choices[format], PayStatusResult, envelope);

const cases = {
  'JSON.parse': () => JSON.parse(jsonBytes.toString('utf8')),
  'JSON.stringify': () => Buffer.from(JSON.stringify(envelope)),
  'xml2js read': () => parseString(xmlBytes.toString('utf8'), { async: false }, () => undefined),
  'xml2js write': () => Buffer.from(builder.buildObject({ result: envelope })),
  'json read': read('json', jsonBytes),
  'xml read': read('xml', xmlBytes),
  'bson read': read('bson', bsonBytes),
  'form read': read('form', formBytes),
  'json write': write('json'),
  'xml write': write('xml'),
  'bson write': write('bson'),
};

/** Microseconds of CPU for one call, over at least ROUND_MS. */
function measure(run) {
  const before = process.cpuUsage();
  let calls = 0;
  for (;;) {
    for (let count = 0; count < 200; count += 1) run();
    calls += 200;
    const { user, system } = process.cpuUsage(before);
    if (user + system > ROUND_MS * 1000) return (user + system) / calls;
  }
}

const samples = Object.fromEntries(Object.keys(cases).map((name) => [name, []]));
for (let round = 0; round <= ROUNDS; round += 1) {
  for (const [name, run] of Object.entries(cases)) {
    const cost = measure(run);
    if (round > 0) samples[name].push(cost); // The first round only warms up.
  }
}

const median = (values) => values.toSorted((left, right) => left - right)[values.length >> 1];
const cost = Object.fromEntries(Object.keys(cases).map((name) => [name, median(samples[name])]));
for (const [name, value] of Object.entries(cost)) {
  process.stdout.write(`${name.padEnd(16)} ${value.toFixed(2).padStart(7)} us\n`);
}

const native = cost['JSON.parse'] + cost['JSON.stringify'];
const plain = cost['xml2js read'] + cost['xml2js write'];
const both = (format) => cost[`${format} read`] + cost[`${format} write`];
const aims = [
  ['xml read + write / xml2js', both('xml') / plain, 1 / 3],
  ['bson read + write / JSON', both('bson') / native, 2.5],
];
for (const [name, ratio, aim] of aims) {
  const verdict = ratio <= aim ? 'met' : 'MISSED';
  process.stdout.write(
    `${name}: ${ratio.toFixed(2)} (aim at most ${aim.toFixed(2)}): ${verdict}\n`,
  );
  if (ratio > aim) process.exitCode = 1;
}
const extra = { xml: both('xml') - both('json'), bson: both('bson') - both('json') };
for (const [format, more] of Object.entries(extra)) {
  process.stdout.write(`${format} costs ${more.toFixed(2)} us more than json\n`);
}
