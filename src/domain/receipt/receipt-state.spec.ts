import type { ReceiptEvent, ReceiptState } from './receipt-state';
import { RECEIPT_EVENTS, RECEIPT_STATES, endedUnpaid, isLive, nextState } from './receipt-state';

/**
 * Every state and every event, by hand from the product's table of states. A dot is an illegal
 * move; a state that leads to itself is news we already had.
 */
const PAYING = `
state      | giveCode | intendUndo | pay       | close     | undo      | fail
begun      | waiting  | cancelling | paid      | closed    | .         | failed
waiting    | waiting  | cancelling | paid      | closed    | .         | failed
cancelling | .        | cancelling | paid      | closed    | cancelled | .
paid       | .        | .          | paid      | .         | .         | .
refunding  | .        | .          | refunding | .         | .         | .
closed     | .        | .          | paid      | closed    | .         | .
cancelled  | .        | .          | paid      | cancelled | cancelled | .
failed     | .        | .          | paid      | failed    | .         | failed
refunded   | .        | .          | refunded  | .         | .         | .
`;

/** The same for money that goes back. */
const REFUNDING = `
state      | beginRefund | refundInPart | endRefund | refundInFull
begun      | .           | .            | .         | .
waiting    | .           | .            | .         | .
cancelling | refunding   | .            | .         | .
paid       | refunding   | paid         | .         | refunded
refunding  | refunding   | refunding    | paid      | refunded
closed     | .           | .            | .         | .
cancelled  | .           | .            | .         | .
failed     | .           | .            | .         | .
refunded   | .           | .            | .         | refunded
`;

/** The column "goes to" of the product's table, word for word. */
const GOES_TO = `
begun      | waiting, paid, cancelling, closed, failed
waiting    | paid, cancelling, closed, failed
cancelling | cancelled, closed, refunding, paid
paid       | refunding, refunded
refunding  | paid, refunded
closed     | paid
cancelled  | paid
failed     | paid
refunded   |
`;

/** What else is asked of a state. Live: a guest could still pay. */
const KINDS = `
begun      | live
waiting    | live
cancelling | live
paid       | money
refunding  | money
closed     | unpaid
cancelled  | unpaid
failed     | unpaid
refunded   | money
`;

function cells(table: string): string[][] {
  const lines = table.trim().split('\n');
  return lines.map((line) => line.split('|').map((cell) => cell.trim()));
}

function moves(table: string) {
  const [head = [], ...lines] = cells(table);
  return lines.flatMap(([state = '', ...row]) =>
    row.map((to, column) => ({ state, event: head[column + 1] ?? '', to })),
  );
}

const MOVES = [...moves(PAYING), ...moves(REFUNDING)];

function next(state: string, event: string): string {
  return nextState(state as ReceiptState, event as ReceiptEvent) ?? '.';
}

/** The other states that can follow a state. */
function targets(state: string): string[] {
  const all = RECEIPT_EVENTS.map((event) => next(state, event));
  return [...new Set(all)].filter((to) => to !== '.' && to !== state).sort();
}

function reachableFrom(start: string): Set<string> {
  const seen = new Set<string>();
  const queue = [start];
  for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
    for (const to of targets(state)) if (!seen.has(to)) queue.push(to);
    targets(state).forEach((to) => seen.add(to));
  }
  return seen;
}

describe('the states of a receipt', () => {
  it('has a written row for each of the 9 states times 10 events', () => {
    expect(MOVES).toHaveLength(90);
    const pairs = MOVES.map(({ state, event }) => `${state} ${event}`);
    const all = RECEIPT_STATES.flatMap((one) => RECEIPT_EVENTS.map((two) => `${one} ${two}`));
    expect(pairs.sort()).toEqual(all.sort());
  });

  it.each(MOVES)('$state + $event leads to $to', ({ state, event, to }) => {
    expect(next(state, event)).toBe(to);
  });

  it.each(cells(GOES_TO))('%s goes to exactly: %s', (state = '', goesTo = '') => {
    const expected = goesTo === '' ? [] : goesTo.split(', ').sort();
    expect(targets(state)).toEqual(expected);
  });

  it('reaches every state from begun, and never begun again', () => {
    const others = RECEIPT_STATES.filter((state) => state !== 'begun');
    expect([...reachableFrom('begun')].sort()).toEqual([...others].sort());
  });

  it('can still be paid from every state in which no money is or was', () => {
    for (const state of RECEIPT_STATES.filter((one) => isLive(one) || endedUnpaid(one))) {
      expect([state, next(state, 'pay')]).toEqual([state, 'paid']);
    }
  });

  it('never forgets money: after paid, no way leads to an unpaid state', () => {
    const after = [...reachableFrom('paid'), 'paid'] as ReceiptState[];
    expect(after.filter((state) => isLive(state) || endedUnpaid(state))).toEqual([]);
  });

  it.each(cells(KINDS))('%s is %s', (state = '', kind = '') => {
    expect(isLive(state as ReceiptState)).toBe(kind === 'live');
    expect(endedUnpaid(state as ReceiptState)).toBe(kind === 'unpaid');
  });
});
