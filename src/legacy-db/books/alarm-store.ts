import type { Alarm, Alarms } from '../../domain/ports/alarm';
import { NO_RECEIPT, alarmInsert } from './booking';
import type { Database } from '../sql/database';
import { changing } from '../sql/writes';

/** The alarms that are about no receipt of ours. */
export class AlarmStore implements Alarms {
  constructor(private readonly database: Database) {}

  raise(alarm: Alarm): Promise<boolean> {
    const { dialect } = this.database;
    const insert = alarmInsert(dialect, alarm, NO_RECEIPT);
    return this.database.once('raise', () => Promise.resolve(changing(insert)));
  }
}
