import type { CallbackConfig } from '../../../config/callback-config';
import { BILL_TYPES, isBillType } from '../../../domain/bill';
import type { BillType } from '../../../domain/bill';
import type { Callbacks, ResendRange } from '../../../domain/ports/callbacks';
import type { Clock } from '../../../domain/ports/clock';
import { CallbackStore } from '../../callbacks/callback-store';
import { reasonOf } from '../commands';
import type { Verdict } from '../commands';
import { Refusal } from '../../refusal';
import { withDatabase } from '../with-database';
import type { CommandBooks } from '../with-database';

const USAGE =
  'npm run callbacks -- show, or: npm run callbacks -- resend --type N ' +
  '[--from SEQ] [--to SEQ] [--since 2026-11-22T04:00:00Z], with --from or --since';

/** What the command works on. */
export interface CallbacksCommand extends CommandBooks {
  readonly receivers: CallbackConfig;
}

/**
 * `show`: what waits at each system. `resend`: makes due what was taken, superseded or given up; a
 * service that runs sends it, under the same id and with the same body.
 */
export async function callbacksCommand(
  words: readonly string[],
  command: CallbacksCommand,
): Promise<Verdict> {
  try {
    const [word = '', ...more] = words;
    if (word === 'show' && more.length === 0) {
      return { exitCode: 0, lines: await withBooks(command, (books) => show(books, command)) };
    }
    if (word !== 'resend') throw new Refusal(USAGE);
    const range = rangeOf(more);
    if (!command.receivers[range.billType]) {
      throw new Refusal(`CALLBACK_URL_${range.billType} is not set: nobody would be told`);
    }
    const count = await withBooks(command, (books) => books.resend(range));
    return { exitCode: 0, lines: [`${count} to be sent again to bill type ${range.billType}`] };
  } catch (error) {
    if (error instanceof Refusal) return { exitCode: 1, lines: [error.message] };
    return { exitCode: 2, lines: [`cannot be done: ${reasonOf(error)}`] };
  }
}

async function show(books: Callbacks, { receivers, clock }: CallbacksCommand): Promise<string[]> {
  const lines: string[] = [];
  for (const billType of BILL_TYPES) {
    const [figures] = await books.figures([billType]);
    const last = await books.lastSeq(billType);
    const told = receivers[billType] ? 'told' : 'not told';
    const oldest = figures?.oldestAtMs ?? null;
    const since = oldest === null ? '' : `, the oldest for ${secondsSince(oldest, clock)} s`;
    lines.push(
      `bill type ${billType}: ${told}, last seq ${last}, ${figures?.waiting ?? 0} waiting${since}`,
    );
  }
  return lines;
}

function secondsSince(atMs: number, clock: Clock): number {
  return Math.max(0, Math.round((clock.nowMs() - atMs) / 1000));
}

function rangeOf(words: readonly string[]): ResendRange {
  const given = new Map<string, string>();
  for (let at = 0; at < words.length; at += 2) {
    const name = words[at] ?? '';
    const value = words[at + 1];
    if (!['--type', '--from', '--to', '--since'].includes(name) || value === undefined) {
      throw new Refusal(USAGE);
    }
    given.set(name, value);
  }
  const billType = given.get('--type') ?? '';
  if (!isBillType(billType) || !(given.has('--from') || given.has('--since'))) {
    throw new Refusal(USAGE);
  }
  return {
    billType: billType satisfies BillType,
    fromSeq: seqOf(given.get('--from'), 1),
    toSeq: seqOf(given.get('--to'), Number.MAX_SAFE_INTEGER),
    sinceMs: instantOf(given.get('--since')),
  };
}

function seqOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new Refusal(`${text} is no seq`);
  return Number(text);
}

/** With its time zone: what is meant must not depend on where the command runs. */
function instantOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const isWhole = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(text);
  const atMs = isWhole ? Date.parse(text) : NaN;
  if (Number.isNaN(atMs)) throw new Refusal(`${text} is no instant: write 2026-11-22T04:00:00Z`);
  return atMs;
}

function withBooks<T>(
  command: CallbacksCommand,
  work: (books: Callbacks) => Promise<T>,
): Promise<T> {
  return withDatabase(command, (database) => work(new CallbackStore(database)));
}
