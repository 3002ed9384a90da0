// Query: of a final receipt (no call to Alipay, no write) and of a pending one (one signed call).
import { openHandle } from '../../dist/src/legacy-db/sqlite/sqlite-driver.js';
import { requests, scanCodeRecord } from '../lib/bodies.mjs';
import { table } from '../lib/figures.mjs';
import { load, post } from '../lib/load.mjs';
import { HEAD, rounds, row } from '../lib/rounds.mjs';
import { API_KEY, accessOn } from '../lib/world.mjs';
import { checked, PATH as SCAN_CODE } from './scan-code.mjs';

export const QUERY = '/api/3Pay/AliPay/Query';
/** So many receipts are asked for in turn. */
const RECEIPTS = 200;
const KEY = { 'X-Api-Key': API_KEY };

/** Receipts begun at a server; what a Query of each must say. */
export async function receipts(port, path, prefix, headers = {}) {
  const found = [];
  const records = Array.from({ length: RECEIPTS }, (_, i) => scanCodeRecord(`${prefix}${i}`));
  await load({
    port,
    connections: 4,
    count: RECEIPTS,
    next: (i) => post(path, 'application/json', JSON.stringify(records[i]), headers),
    check: (status, body) => {
      checked('json')(status, body);
      const { billnum, autoid } = JSON.parse(body).tag;
      found.push({ autoid, billnum, billtype: '2', paytype: '98' });
    },
  });
  return found;
}

/** Makes the receipts paid in the service's books, as the sweep would have. */
export function payInBooks(file) {
  const db = openHandle(file);
  db.exec(`update receipt set state = 'paid', paid_fen = amount_fen, trade_no = 'T' || id,
    paid_at_ms = begun_at_ms, told_at_ms = begun_at_ms, due_at_ms = null where bill_no like 'F%'`);
  db.exec(`update bill set bill_status = '3', live_receipt_id = null where bill_key like 'F%'`);
  db.close();
}

function turns(list, write) {
  let at = 0;
  return () => write(list[(at += 1) % list.length]);
}

/** Who is asked in a round: the floors, and the service in all formats where `all` says so. */
async function subjects(kind, processes, lists, all) {
  const { floor, service, guarded, echo } = processes;
  const { AliPayQueryParm } = await import('../lib/contracts.mjs');
  const json = (record) => JSON.stringify(record);
  const make = (name, process, next, format = 'json') => {
    return { name, process, port: process.port, next, check: checked(format) };
  };
  const served = (name, process, list, format, headers = {}) => {
    const write = requests(QUERY, AliPayQueryParm, headers)[format];
    return make(name, process, turns(list, write), format);
  };
  const floorNext = turns(lists.floor, (record) =>
    post('/query', 'application/json', json(record)),
  );
  const said = { ...lists.service[0], errcode: 0 };
  const echoNext = () => post('/echo', 'application/json', json(said));
  return [
    ...(kind === 'final' ? [make('Nest echo', echo, echoNext)] : []),
    make('floor', floor, floorNext),
    served('service, json', service, lists.service, 'json'),
    ...(all ? ['xml', 'bson', 'form'] : []).map((format) =>
      served(`service, ${format}`, service, lists.service, format),
    ),
    served('service, json, keys and limit', guarded, lists.guarded, 'json', KEY),
  ];
}

/** The receipts of each process, final ones paid in its books. */
async function begun(kind, { floor, service, guarded }) {
  const prefix = kind === 'final' ? 'F' : 'W';
  const lists = {
    floor: await receipts(floor.port, '/scancode', prefix),
    service: await receipts(service.port, SCAN_CODE, prefix),
    guarded: await receipts(guarded.port, SCAN_CODE, prefix, KEY),
  };
  if (kind !== 'final') return lists;
  for (const { file } of [service, guarded]) payInBooks(file);
  for (const { autoid } of lists.floor) {
    const next = () => post('/paid', 'application/json', JSON.stringify({ autoid }));
    const { port } = floor;
    await load({ port, connections: 1, count: 1, next, check: () => undefined });
  }
  return lists;
}

export async function query(world, options, print) {
  const processes = {
    floor: await world.floor('each'),
    service: await world.service(),
    guarded: await world.service(accessOn()),
    echo: await world.echo(),
  };
  const result = {};
  for (const kind of ['final', 'pending']) {
    const lists = await begun(kind, processes);
    const count = options.count * (kind === 'final' ? 4 : 1);
    const against = kind === 'final' ? 'Nest echo' : 'floor';
    result[kind] = {};
    for (const connections of options.connections) {
      const list = await subjects(kind, processes, lists, connections === 16);
      const figures = await rounds(kind, list, { ...options, count, connections });
      const base = figures.get(against);
      print(`\nQuery of a ${kind} receipt, ${connections} connections (ratio: of ${against})`);
      print(table([HEAD, ...[...figures].map(([name, each]) => row(name, each, base))]));
      result[kind][connections] = Object.fromEntries(figures);
    }
  }
  return result;
}
