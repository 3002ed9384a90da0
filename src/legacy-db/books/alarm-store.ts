import type { Alarm, Alarms } from '../../domain/ports/alarm';
import { insertAlarm } from './booking';
import type { Database } from '../sql/database';

/** The alarms that are about no receipt of ours. */
export class AlarmStore implements Alarms {
  constructor(private readonly database: Database) {}

  raise(alarm: Alarm): Promise<boolean> {
    const { dialect } = this.database;
    return this.database.write('raise', (db) => insertAlarm(db, dialect, alarm));
  }
}
