// ScanCode: a durable Begin, one signed call, a durable code. Against the floor that commits each
// write on its own and the one that groups commits.
import { requests, scanCodeRecord } from '../lib/bodies.mjs';
import { table } from '../lib/figures.mjs';
import { post } from '../lib/load.mjs';
import { HEAD, rounds, row } from '../lib/rounds.mjs';
import { API_KEY, accessOn } from '../lib/world.mjs';

export const PATH = '/api/3Pay/AliPay/ScanCode';
let bills = 0;
const bill = () => scanCodeRecord(`S${(bills += 1)}`);

/** Every format says errcode 0 in its own way. */
export const DONE = {
  json: (body) => body.includes('"errcode":0'),
  form: (body) => body.includes('"errcode":0'),
  xml: (body) => body.includes('<errcode>0</errcode>'),
  bson: (body) => body.includes(Buffer.from('\x10errcode\0\0\0\0\0', 'latin1')),
};

export function checked(format) {
  return (status, body) => {
    if (status !== 200 || !DONE[format](body)) throw new Error(`HTTP ${status}: ${body}`);
  };
}

export function subject(name, process, format, contract, headers = {}) {
  const write = requests(PATH, contract, headers)[format];
  const next = () => write(bill());
  return { name, process, port: process.port, next, check: checked(format) };
}

export function floorSubject(name, process) {
  const next = () => post('/scancode', 'application/json', JSON.stringify(bill()));
  return { name, process, port: process.port, next, check: checked('json') };
}

export async function scanCode(world, options, print) {
  const { AliScanCodeParm } = await import('../lib/contracts.mjs');
  const each = await world.floor('each');
  const group = await world.floor('group');
  const service = await world.service();
  const guarded = await world.service(accessOn());
  const key = { 'X-Api-Key': API_KEY };
  const gatewayUs = world.gatewayProcess.cpuUs();
  const before = bills;
  const result = {};
  for (const connections of options.connections) {
    const subjects = [
      floorSubject('floor, commit each', each),
      floorSubject('floor, group commit', group),
      subject('service, json', service, 'json', AliScanCodeParm),
      ...(connections === 16
        ? ['xml', 'bson', 'form'].map((format) =>
            subject(`service, ${format}`, service, format, AliScanCodeParm),
          )
        : []),
      subject('service, json, keys and limit', guarded, 'json', AliScanCodeParm, key),
    ];
    const figures = await rounds('ScanCode', subjects, { ...options, connections });
    const floor = figures.get('floor, commit each');
    print(`\nScanCode, ${connections} connections (ratio: of commit each)`);
    print(table([HEAD, ...[...figures].map(([name, each]) => row(name, each, floor))]));
    result[connections] = Object.fromEntries(figures);
  }
  const gatewayCallUs = (world.gatewayProcess.cpuUs() - gatewayUs) / (bills - before);
  print(`\nThe gateway took ${gatewayCallUs.toFixed(0)} us CPU a call, on the same cores`);
  return { ...result, gatewayCallUs };
}
