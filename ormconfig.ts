import { readConfig } from './src/config/config';
import { readEnvironment, readTextFile } from './src/config/environment';
import { sqliteWriter } from './src/legacy-db/data-source';

const { database } = readConfig(readEnvironment(), readTextFile);
if (database.kind !== 'sqlite') throw new Error('DATABASE_URL: use sqlite:FILE');

/** The application's own DataSource, for the TypeORM command line on the built files. */
export default sqliteWriter(database.file);
