import { readConfig } from './src/config/config';
import { readEnvironment, readTextFile } from './src/config/reading/environment';
import { dataSource } from './src/legacy-db/data-source';

const { database } = readConfig(readEnvironment(), readTextFile);

/** The application's own DataSource, for the TypeORM command line on the built files. */
export default dataSource(database);
