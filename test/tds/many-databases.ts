import { join } from 'node:path';
import type { Answer } from './answers';
import { catalogBackend, wholeCatalog } from './catalog';
import { sqlOf } from './requests';
import type { Backend, Statement } from './session';
import { SqliteBackend } from './sqlite-backend';
import { openingAnswer } from './tds-server';

/** Questions of the operator's commands. */
const CATALOG =
  /\bas object_id$|\bsys\.|\bINFORMATION_SCHEMA\b|\bHAS_PERMS_BY_NAME\b|\bdatabasepropertyex\b/;

/** A server of many databases, each in an SQLite file of its own, made and dropped by statement. */
export class ManyDatabases implements Backend {
  private readonly databases = new Map<string, SqliteBackend>();
  private readonly used = new Map<number, string>();

  /** @param folder where the files are; who made it deletes it */
  constructor(private readonly folder: string) {}

  login(session: number, database: string): void {
    this.used.set(session, database);
  }

  async run(session: number, statement: Statement): Promise<Answer> {
    const [, task, name = ''] = /^(create|drop) database (\w+)$/.exec(sqlOf(statement) ?? '') ?? [];
    if (task === 'create') {
      this.databases.set(name, await SqliteBackend.over(join(this.folder, `${name}.sqlite`)));
      return {};
    }
    if (task === 'drop') {
      this.databases.get(name)?.close();
      this.databases.delete(name);
      return {};
    }
    if (CATALOG.test(sqlOf(statement) ?? '')) {
      return catalogBackend(await wholeCatalog()).run(session, statement);
    }
    const database = this.of(session);
    return database ? database.run(session, statement) : (openingAnswer(statement) ?? {});
  }

  begin(session: number): void {
    this.of(session)?.begin(session);
  }

  commit(session: number): void {
    this.of(session)?.commit(session);
  }

  rollback(session: number): void {
    this.of(session)?.rollback(session);
  }

  private of(session: number): SqliteBackend | undefined {
    return this.databases.get(this.used.get(session) ?? '');
  }
}
