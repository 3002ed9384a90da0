import type { QueryRunner } from 'typeorm';
import { Secret } from '../../../config/reading/secret';
import { MIGRATIONS } from '../../data-source';
import { mssqlDataSource } from '../mssql-data-source';

describe('the own tables on SQL Server', () => {
  it('are made by these statements', async () => {
    const url = new Secret('mssql://user:secret@127.0.0.1:1/books');
    const source = mssqlDataSource({ url }, []);
    const runner: QueryRunner = source.createQueryRunner();
    runner.hasTable = () => Promise.resolve(false);
    const sent: string[] = [];
    const query = (text: string): Promise<unknown> => {
      // Both procedures are there: the reference scripts stay unused.
      if (text.includes('object_id')) return Promise.resolve([{ id: 1 }]);
      sent.push(text.replace(/\s+/g, ' ').replaceAll(', "', ',\n  "').trim());
      return Promise.resolve([]);
    };
    runner.query = query as QueryRunner['query'];
    for (const Migration of MIGRATIONS) await new Migration().up(runner);
    expect(sent.join('\n')).toMatchSnapshot();
  });
});
