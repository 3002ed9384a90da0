import { chinaTime } from '../../../domain/china-time';
import type { Alarms, KnownAlarm } from '../../../domain/ports/alarm';
import { AlarmStore } from '../../books/alarm-store';
import { Refusal } from '../../refusal';
import { reasonOf } from '../commands';
import type { Verdict } from '../commands';
import { idOf, personOf, valuesOf } from '../wish';
import { withDatabase } from '../with-database';
import type { CommandBooks } from '../with-database';

const USAGE =
  'npm run alarms -- list, or: npm run alarms -- close ID --by NAME --note TEXT, which says why';
/** So many are listed. */
const MOST_LISTED = 1_000;

/**
 * `list`: the open alarms. `close`: says of one who settled it, and how; should the same happen
 * again, it is a new one.
 */
export async function alarmsCommand(
  words: readonly string[],
  books: CommandBooks,
): Promise<Verdict> {
  try {
    const [word = '', ...more] = words;
    const run = word === 'list' && more.length === 0 ? list : closing(word, more, books);
    const lines = await withDatabase(books, (database) => run(new AlarmStore(database)));
    return { exitCode: 0, lines };
  } catch (error) {
    if (error instanceof Refusal) return { exitCode: 1, lines: [error.message] };
    return { exitCode: 2, lines: [`cannot be done: ${reasonOf(error)}`] };
  }
}

async function list(alarms: Alarms): Promise<string[]> {
  const open = await alarms.open(MOST_LISTED + 1);
  const lines = open.slice(0, MOST_LISTED).map(lineOf);
  if (open.length > MOST_LISTED) return [...lines, `and more than these ${MOST_LISTED}`];
  return lines.length === 0 ? ['no open alarms'] : lines;
}

function lineOf({ id, kind, subject, detail, raisedAtMs }: KnownAlarm): string {
  return `${id}  ${chinaTime(raisedAtMs)}  ${kind}  ${subject}: ${detail}`;
}

/** The words read before anything is opened. */
function closing(
  word: string,
  more: readonly string[],
  { clock }: CommandBooks,
): (alarms: Alarms) => Promise<string[]> {
  if (word !== 'close') throw new Refusal(USAGE);
  const [idText = '', ...rest] = more;
  const id = idOf(idText, USAGE);
  const { by: name, note } = valuesOf(rest, ['by', 'note'], USAGE);
  const by = personOf(name);
  if (note === '') throw new Refusal(USAGE);
  return async (alarms) => {
    const closed = await alarms.close(id, { by, note, nowMs: clock.nowMs() });
    if (!closed) throw new Refusal(`there is no open alarm ${id}`);
    return [`alarm ${id} is closed`];
  };
}
