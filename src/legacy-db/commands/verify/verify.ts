import { parseArgs } from 'node:util';
import type { CallbackConfig } from '../../../config/callback-config';
import type { DatabaseConfig } from '../../../config/database-config';
import { BILL_TYPES } from '../../../domain/bill';
import { parseChinaTime } from '../../../domain/china-time';
import type { Clock } from '../../../domain/ports/clock';
import { Refusal } from '../../refusal';
import type { BookDifference } from '../../verify/account';
import { toldSince, verifyBooks } from '../../verify/verify-books';
import { reasonOf } from '../commands';
import type { Verdict } from '../commands';
import { openKeptBooks } from './kept-books';
import type { KeptBooks } from './kept-books';

const USAGE = 'npm run books:verify, or: npm run books:verify -- --told-since yyyy-MM-dd';
const NOT_COMPARED =
  "the systems' own tables: not compared, the procedures are yours or we may not read their tables";

/** A unit of work is over within it, where others write while we read. ms. */
const PAUSE_MS = 500;

/** What the command works on. */
export interface VerifyCommand {
  readonly database: DatabaseConfig;
  readonly receivers: CallbackConfig;
  readonly clock: Clock;
  /** Takes a line as soon as it is known: there may be many. */
  readonly say: (line: string) => Promise<void>;
}

/** Compares the books with themselves: one line for each difference, and how many there are. */
export async function verifyCommand(
  words: readonly string[],
  command: VerifyCommand,
): Promise<Verdict> {
  try {
    const sinceMs = sinceOf(words);
    const books = await openKeptBooks(command.database);
    try {
      return await verify(books, sinceMs, command);
    } finally {
      await books.close();
    }
  } catch (error) {
    if (error instanceof Refusal) return { exitCode: 1, lines: [`not verified: ${error.message}`] };
    return { exitCode: 2, lines: [`not verified: ${reasonOf(error)}`] };
  }
}

async function verify(
  books: KeptBooks,
  sinceMs: number,
  { receivers, clock, say }: VerifyCommand,
): Promise<Verdict> {
  const told = BILL_TYPES.filter((type) => receivers[type]);
  const since = await toldSince(books, told, sinceMs);
  const pause = books.moving ? () => clock.sleep(PAUSE_MS) : null;
  const verified = await verifyBooks({ ...books, since, pause }, (one) => say(lineOf(one)));
  const { receipts, differences } = verified;
  const many = differences === 1 ? 'difference' : 'differences';
  const count = `${receipts} receipts: ${differences === 0 ? 'no' : differences} ${many}`;
  const lines = books.systems ? [count] : [NOT_COMPARED, count];
  return { exitCode: differences === 0 ? 0 : 1, lines };
}

function lineOf({ subject, kind, expected, found }: BookDifference): string {
  return `${subject}  ${kind}  must be ${expected}, is ${found}`;
}

/** From which day on the systems were told without a break, epoch ms; 0: as it seems. */
function sinceOf(words: readonly string[]): number {
  try {
    const options = { 'told-since': { type: 'string' } } as const;
    const { 'told-since': day } = parseArgs({ args: [...words], options }).values;
    const sinceMs = day === undefined ? 0 : parseChinaTime(`${day} 00:00:00`);
    if (sinceMs !== null) return sinceMs;
  } catch {
    // Words that are none of ours.
  }
  throw new Refusal(USAGE);
}
