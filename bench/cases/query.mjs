// Query: of a final receipt (no call to Alipay, no write) and of a pending one (one signed call).
import { createRequire } from 'node:module';
import Database from 'better-sqlite3';
import { requests, scanCodeRecord } from '../lib/bodies.mjs';
import { table } from '../lib/figures.mjs';
import { load, post } from '../lib/load.mjs';
import { HEAD, rounds, row } from '../lib/rounds.mjs';
import { checked, PATH as SCAN_CODE } from './scan-code.mjs';

const require = createRequire(import.meta.url);
export const QUERY = '/api/3Pay/AliPay/Query';
/** So many receipts are asked for in turn. */
const RECEIPTS = 200;

/** Receipts begun at a server; what a Query of each must say. */
export async function receipts(port, path, prefix) {
  const found = [];
  const records = Array.from({ length: RECEIPTS }, (_, i) => scanCodeRecord(`${prefix}${i}`));
  await load({
    port,
    connections: 4,
    count: RECEIPTS,
    next: (i) => post(path, 'application/json', JSON.stringify(records[i])),
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
  const db = new Database(file);
  db.exec(`update receipt set state = 'paid', paid_fen = amount_fen, trade_no = 'T' || id,
    paid_at_ms = begun_at_ms, told_at_ms = begun_at_ms, due_at_ms = null where bill_no like 'F%'`);
  db.exec(`update bill set bill_status = '3', live_receipt_id = null where bill_key like 'F%'`);
  db.close();
}

function turns(list, write) {
  let at = 0;
  return () => write(list[(at += 1) % list.length]);
}

function subjects(kind, { floor, service, echo }, lists, contract) {
  const json = (record) => JSON.stringify(record);
  const writes = requests(QUERY, contract, {});
  const make = (name, process, next, format = 'json') => {
    return { name, process, port: process.port, next, check: checked(format) };
  };
  const floorNext = turns(lists.floor, (record) =>
    post('/query', 'application/json', json(record)),
  );
  const served = ['json', 'xml', 'bson', 'form'].map((format) =>
    make(`service, ${format}`, service, turns(lists.service, writes[format]), format),
  );
  if (kind !== 'final') return [make('floor', floor, floorNext), ...served];
  const said = { ...lists.service[0], errcode: 0 };
  const echoNext = () => post('/echo', 'application/json', json(said));
  return [make('Nest echo', echo, echoNext), make('floor', floor, floorNext), ...served];
}

export async function query(world, options, print) {
  const { AliPayQueryParm } = require('../../dist/src/format/contracts.js');
  const processes = {
    floor: await world.floor('each'),
    service: await world.service(),
    echo: await world.echo(),
  };
  const { floor, service } = processes;
  const result = {};
  for (const [kind, prefix] of [
    ['final', 'F'],
    ['pending', 'W'],
  ]) {
    const lists = {
      floor: await receipts(floor.port, '/scancode', prefix),
      service: await receipts(service.port, SCAN_CODE, prefix),
    };
    if (kind === 'final') {
      payInBooks(service.file);
      for (const { autoid } of lists.floor) {
        const next = () => post('/paid', 'application/json', JSON.stringify({ autoid }));
        await load({ port: floor.port, connections: 1, count: 1, next, check: () => undefined });
      }
    }
    const list = subjects(kind, processes, lists, AliPayQueryParm);
    const count = options.count * (kind === 'final' ? 4 : 1);
    const figures = await rounds(list, { ...options, count, connections: 16 });
    const base = figures.get(kind === 'final' ? 'Nest echo' : 'floor');
    const of = kind === 'final' ? 'Nest echo' : 'the floor';
    print(`\nQuery of a ${kind} receipt, 16 connections (ratio: of ${of})`);
    print(table([HEAD, ...[...figures].map(([name, each]) => row(name, each, base))]));
    result[kind] = Object.fromEntries(figures);
  }
  return result;
}
