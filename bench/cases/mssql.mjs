// ScanCode on SQL Server, where TEST_MSSQL_URL names a server: against a floor by hand that writes
// the same rows, one batch a unit, into the same database.
import { randomBytes } from 'node:crypto';
import mssqlClient from 'mssql';
import { table } from '../lib/figures.mjs';
import { HEAD, rounds, row } from '../lib/rounds.mjs';
import { floorSubject, subject } from './scan-code.mjs';

const CONNECTIONS = 16;

export async function mssql(world, options, print) {
  const url = process.env.TEST_MSSQL_URL;
  if (!url) {
    print('\nSQL Server: not measured (TEST_MSSQL_URL names no server)');
    return { measured: false };
  }
  const { AliScanCodeParm } = await import('../lib/contracts.mjs');
  const database = await freshDatabase(url);
  world.atEnd(database.drop);
  const service = await world.service({ DATABASE_URL: database.url });
  const floor = await world.floorOn(database.url);
  const floorName = 'floor, one batch a unit';
  const figures = await rounds(
    'SQL Server',
    [floorSubject(floorName, floor), subject('service, json', service, 'json', AliScanCodeParm)],
    { ...options, connections: CONNECTIONS },
  );
  print(`\nScanCode on SQL Server, ${CONNECTIONS} connections (ratio: of the floor; aim 0.8)`);
  const best = figures.get(floorName);
  print(table([HEAD, ...[...figures].map(([name, each]) => row(name, each, best))]));
  return { measured: true, ...Object.fromEntries(figures) };
}

/** A database of its own on that server, and how it is dropped. */
async function freshDatabase(url) {
  const name = `bench_${randomBytes(6).toString('hex')}`;
  const own = new URL(url);
  own.pathname = `/${name}`;
  const command = async (text) => {
    const address = new URL(url);
    const master = await new mssqlClient.ConnectionPool({
      server: address.hostname,
      port: Number(address.port || 1433),
      database: decodeURIComponent(address.pathname.slice(1)),
      user: decodeURIComponent(address.username),
      password: decodeURIComponent(address.password),
      options: {
        encrypt: address.searchParams.get('encrypt') !== 'false',
        trustServerCertificate: address.searchParams.get('trustServerCertificate') === 'true',
      },
    }).connect();
    await master.request().batch(text);
    await master.close();
  };
  await command(`create database ${name}`);
  return { url: own.href, drop: () => command(`drop database ${name}`) };
}
