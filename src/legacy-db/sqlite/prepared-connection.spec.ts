import { PreparedConnection } from './prepared-connection';
import { openHandle } from './sqlite-driver';

const handle = openHandle(':memory:');
const connection = new PreparedConnection(handle);

beforeAll(() => handle.exec('create table t (id integer primary key, name text, at bigint)'));
afterAll(() => handle.close());

it('gives rows as records of their own, columns by name, nulls as null', async () => {
  const insert = 'insert into t (name, at) values (?, ?)';
  const first = await connection.query(insert, ['甲', 1_790_000_000_000]);
  const second = await connection.query(insert, [null, null]);
  expect([first, second]).toEqual([
    { raw: 1, records: [], affected: 1 },
    { raw: 2, records: [], affected: 1 },
  ]);
  const { records } = await connection.query('select name, id, at as "When" from t', []);
  expect(records).toEqual([
    { name: '甲', id: 1, When: 1_790_000_000_000 },
    { name: null, id: 2, When: null },
  ]);
  expect(Object.keys(records[0] as object)).toEqual(['name', 'id', 'When']);
});

it('gives no records where there are no rows, and for what reads nothing', async () => {
  expect((await connection.query('select * from t where id = ?', [7])).records).toEqual([]);
  const { affected } = await connection.query('update t set at = ?', [5]);
  expect(affected).toBe(2);
});

it('rejects with what the driver throws', async () => {
  const again = connection.query('insert into t (id) values (?)', [1]);
  await expect(again).rejects.toMatchObject({ code: 'SQLITE_CONSTRAINT_PRIMARYKEY' });
  await expect(connection.query('selec', [])).rejects.toMatchObject({ code: 'SQLITE_ERROR' });
});
