import type { MigrationInterface, QueryRunner } from 'typeorm';
import { Table } from 'typeorm';
import { dropTables, generatedId, isSqlServer, ownColumn } from '../books/own-columns';

/**
 * `number_mark`: how far numbers of the embedded books may have been told, by the table that gives
 * them. On SQL Server numbers are given by identities and procedures, which keep this themselves.
 * `books_restored`: each time the books were found to be older than what had been told from them.
 */
export class BooksRestored1795300000011 implements MigrationInterface {
  readonly name = 'BooksRestored1795300000011';

  async up(runner: QueryRunner): Promise<void> {
    const column = ownColumn(runner);
    if (!isSqlServer(runner)) {
      const name = { ...column('name', 'nvarchar(30)'), isPrimary: true };
      const columns = [name, column('reserved_to', 'bigint')];
      await runner.createTable(new Table({ name: 'number_mark', columns }), true);
    }
    const columns = [
      generatedId(runner),
      column('noticed_at_ms', 'bigint'),
      column('cause', 'nvarchar(20)'),
      column('from_ms', 'bigint', 'null'),
      column('to_ms', 'bigint'),
      column('detail', 'nvarchar(400)'),
    ];
    await runner.createTable(new Table({ name: 'books_restored', columns }), true);
  }

  async down(runner: QueryRunner): Promise<void> {
    await dropTables(runner, ['books_restored', 'number_mark']);
  }
}
