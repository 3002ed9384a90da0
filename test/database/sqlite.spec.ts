import { describeReceiptRepositories } from './receipt-repository.suite';
import { openFreshSqlite } from './sqlite-books';

describeReceiptRepositories('SQLite', openFreshSqlite);
