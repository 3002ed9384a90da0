import { formatYuan } from '../../../domain/money';
import type { NotWithdrawn } from '../../../domain/ports/refunds';
import type { Clock } from '../../../domain/ports/clock';
import type { Refund } from '../../../domain/refund/refund';
import { selectReceipts, toReceipt } from '../../books/receipt-row';
import type { ReceiptRow } from '../../books/receipt-row';
import { Refusal } from '../../refusal';
import { pendingRefunds, withdrawRefund } from '../../refunds/withdraw-refund';
import type { Database } from '../../sql/database';
import { big, sql } from '../../sql/sql';
import { reasonOf } from '../commands';
import type { Verdict } from '../commands';
import { idOf, personOf, valuesOf } from '../wish';
import { withDatabase } from '../with-database';
import type { CommandBooks } from '../with-database';

const USAGE =
  'npm run refunds -- pending, or: npm run refunds -- withdraw --id N --by NAME, with the name ' +
  'of a person';

const REFUSALS: Readonly<Record<NotWithdrawn, string>> = {
  unknown: 'there is no refund of this id',
  ended: 'it is decided already: see RefundQuery',
  givenUp: 'it is sent no more already, and ends by itself',
  owed: "it is a duplicate's money, which the guest is owed: refund it",
};

/**
 * `pending`: the refunds that are not decided. `withdraw`: one of them is sent no more, and ends as
 * failed once nothing of it can be under way; a service that runs sees to it.
 */
export async function refundsCommand(
  words: readonly string[],
  books: CommandBooks,
): Promise<Verdict> {
  try {
    const [word = '', ...more] = words;
    if (word === 'pending' && more.length === 0) {
      return { exitCode: 0, lines: await withDatabase(books, (database) => list(database, books)) };
    }
    if (word !== 'withdraw') throw new Refusal(USAGE);
    const { id: idText, by: name } = valuesOf(more, ['id', 'by'], USAGE);
    const id = idOf(idText, USAGE);
    const by = personOf(name);
    const origin = {
      ...{ actor: `operator ${by}`, requestId: null, cause: 'withdraw' },
      nowMs: books.clock.nowMs(),
    };
    const refused = await withDatabase(books, (database) => withdrawRefund(database, id, origin));
    if (refused) throw new Refusal(`refund ${id}: ${REFUSALS[refused]}`);
    const lines = [
      `refund ${id} is sent no more`,
      'give no cash before RefundQuery says 9: what was sent already may still go back',
    ];
    return { exitCode: 0, lines };
  } catch (error) {
    if (error instanceof Refusal) return { exitCode: 1, lines: [error.message] };
    return { exitCode: 2, lines: [`cannot be done: ${reasonOf(error)}`] };
  }
}

async function list(database: Database, { clock }: { readonly clock: Clock }): Promise<string[]> {
  const lines: string[] = [];
  for (const refund of await pendingRefunds(database)) {
    lines.push(await lineOf(database, refund, clock));
  }
  return lines.length === 0 ? ['no refund is pending'] : lines;
}

async function lineOf(database: Database, refund: Refund, clock: Clock): Promise<string> {
  const byId = sql`where r.id = ${big(refund.receiptRowId)}`;
  const [row] = await database.read.rows<ReceiptRow>(selectReceipts(database.dialect).with(byId));
  if (!row) throw new Error(`no receipt ${refund.receiptRowId}`);
  const { billType, billNo, receiptId } = toReceipt(row);
  const minutes = Math.max(0, Math.floor((clock.nowMs() - refund.queuedAtMs) / 60_000));
  const { id, amount, state, batchNo, tries, answered, lastWord, givenUp } = refund;
  return [
    `${id}  ${formatYuan(amount)}  ${givenUp ?? state} for ${minutes} min`,
    `bill type ${billType} bill ${billNo} autoid ${receiptId} batch ${plain(batchNo)}`,
    `sent ${tries}, answered ${answered}, Alipay said ${lastWord ?? 'nothing yet'}`,
  ].join('; ');
}

/** Internal batches begin with a control character. */
function plain(batchNo: string): string {
  return batchNo.replace(/\p{Cc}/gu, '');
}
