import { join } from 'node:path';
import { readConfig } from '../../src/config/config';
import { systemClock } from '../../src/config/system-clock';
import { COMMANDS } from '../../src/legacy-db/commands/commands';
import { storedBooks } from '../../src/legacy-db/commands/check/stored-books';
import { openSqlite } from '../../src/legacy-db/sqlite/open-sqlite';
import { openHandle } from '../../src/legacy-db/sqlite/sqlite-driver';
import { tempFolder } from '../support/temp-folder';
import { putEmptyBooks } from './sqlite-books';

describe('books from before cards had a key', () => {
  const folder = tempFolder();
  const file = join(folder.path, 'books.sqlite');
  afterAll(() => folder.remove());

  function rows(): unknown[] {
    const handle = openHandle(file, { readonly: true });
    const found = handle.prepare('select cardno, balance from card_balance order by cardno').all();
    handle.close();
    return found.map((row) => Object.values(row as object).join('|'));
  }

  it('get one where a row is alone of its card; what clashes stays and is told', async () => {
    await putEmptyBooks(file);
    const old = openHandle(file);
    old.exec(`delete from migrations where name like 'CardKeys%';
      insert into card_balance (cardno, balance) values ('8800', '1.00'), ('8800 ', '2.00'),
      ('ab12 ', '3.00'), ('x', '4.00'), ('X ', '5.00'), ('卡', '6.00')`);
    old.close();
    const open = await openSqlite(file, systemClock);
    await open.close();
    expect(rows()).toEqual([
      '8800|1.00',
      '8800 |2.00',
      'AB12|3.00',
      'X |5.00',
      'x|4.00',
      '卡|6.00',
    ]);
    const { database } = readConfig({ DATABASE_URL: `sqlite:${file}` }, () => '');
    const status = await COMMANDS['status']?.(storedBooks(database));
    expect(status?.lines.filter((line) => line.startsWith('cards'))).toEqual([
      'cards    "8800", "8800 " are one card: "8800" is used, the rest is left alone',
      'cards    "X ", "x" are one card: "X" is used, the rest is left alone',
    ]);
    expect(status?.exitCode).toBe(0);
  });
});
