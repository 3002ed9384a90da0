/** What is done to the books of a day, and the lines that tell of it. */
export interface Planted {
  readonly statement: string;
  readonly lines: readonly string[];
}

/** Each statement with its lines, which are indented. */
const TABLE = `
delete from bill where bill_key = 'BILL-1'
  receipt 1  bill  must be 1 BILL-1, is none
update bill set bill_key = 'OTHER' where bill_key = 'BILL-1'
  receipt 1  bill  must be 1 BILL-1, is 1 OTHER
insert into bill (bill_type, bill_key, bill_status) values ('2', 'EMPTY', '0')
  bill 29  billEmpty  must be a receipt, is none
update bill set bill_status = '0' where bill_key = 'BILL-1'
  bill 1  billStatus  must be 3, is 0
update bill set live_receipt_id = null where bill_key = 'WAIT'
  bill 6  liveReceipt  must be receipt 6, is none
update bill set live_receipt_id = 1 where bill_key = 'BILL-1'
  bill 1  liveReceipt  must be none, is receipt 1
update receipt set bill_id = (select bill_id from receipt where id = 6) where id = 7
  receipt 7  bill  must be 3 LONG, is 3 WAIT
  bill 6  openReceipts  must be 1, is 2
  bill 6  liveReceipt  must be receipt 7, is receipt 6
  bill 7  billEmpty  must be a receipt, is none
delete from receipt_event where receipt_row_id = 1 and event = 'begin'
  receipt 1  begin  must be begin, is giveCode
delete from receipt_event where receipt_row_id = 6
  receipt 6  begin  must be begin, is none
delete from receipt_event where receipt_row_id = 1 and event = 'pay'
  receipt 1  state  must be waiting, is paid
update receipt_event set from_state = 'begun' where receipt_row_id = 1 and event = 'pay'
  receipt 1  history  must be event 3 from waiting, is event 3 from begun
update receipt_event set state = 'closed' where receipt_row_id = 1 and event = 'pay'
  receipt 1  move  must be pay of waiting: paid, is pay of waiting: closed
  receipt 1  state  must be closed, is paid
update receipt_event set state = 'waiting' where receipt_row_id = 6 and event = 'begin'
  receipt 6  move  must be begin: begun, is begin: waiting
  receipt 6  history  must be event 22 from waiting, is event 22 from begun
update receipt_event set event = 'undo' where receipt_row_id = 1 and event = 'giveCode'
  receipt 1  move  must be undo of begun: no such move, is undo of begun: waiting
update receipt_event set from_state = 'odd' where receipt_row_id = 1 and event = 'pay'
  receipt 1  history  must be event 3 from waiting, is event 3 from odd
  receipt 1  move  must be pay of odd: no such move, is pay of odd: paid
update receipt set state = 'cancelled' where id = 5
  receipt 5  state  must be closed, is cancelled
update receipt set paid_fen = null where id = 1
  receipt 1  payment  must be trade and amount, is one of trade and amount
  receipt 1  systemPaid  must be none, is 88.88
  bill 1  billStatus  must be 0, is 3
update receipt set trade_no = 'TW', paid_fen = 8888 where id = 6
  receipt 6  payment  must be neither trade nor amount, is trade and amount
  receipt 6  trade  must be TW, is none
  bill 6  billStatus  must be 3, is 0
update receipt set paid_fen = 8000 where id = 10
  receipt 10  paid  must be 88.88, is 80.00
  receipt 10  systemPaid  must be 80.00, is 88.88
update receipt set amount_fen = 1 where id = 10
  receipt 10  paid  must be 0.01, is 88.88
  receipt 10  systemAsked  must be 0.01, is 88.88
update receipt set paid_fen = 8888.5 where id = 10
  receipt 10  paid  must be 88.88, is 8888.5 fen
  receipt 10  systemPaid  must be 8888.5 fen, is 88.88
delete from trade where trade_no = 'T1'
  receipt 1  trade  must be T1, is none
update trade set receipt_row_id = 2 where trade_no = 'T1'
  receipt 1  trade  must be T1, is none
  trade T1  stray  must be receipt 2 paid by it, is none
insert into trade (trade_no, receipt_row_id) values ('TX', 1)
  trade TX  stray  must be receipt 1 paid by it, is none
update receipt set refunded_fen = 9999 where id = 1
  receipt 1  refunded  must be 88.88, is 99.99
  receipt 1  refundSum  must be 99.99, is 0.00
  receipt 1  systemResult  must be R, is S
  receipt 1  systemRefunded  must be 99.99, is none
  bill 1  billStatus  must be 4, is 3
update receipt set refunded_fen = 8000 where id = 4
  receipt 4  refunded  must be 88.88, is 80.00
  receipt 4  systemRefunded  must be 80.00, is 88.88
  bill 4  billStatus  must be 2, is 4
update receipt set due_at_ms = null where id = 6
  receipt 6  due  must be a time, is none
update refund set amount_fen = 3000 where receipt_row_id = 3
  receipt 3  refundSum  must be 33.33, is 30.00
  receipt 3  cardHeld  must be 30.00, is 33.33
update refund set state = 'failed' where receipt_row_id = 3
  receipt 3  refundSum  must be 33.33, is 0.00
  receipt 3  cardHeld  must be 0.00, is 33.33
update refund set state = 'asked' where receipt_row_id = 3
  receipt 3  refundSum  must be 33.33, is 0.00
  receipt 3  refundPending  must be not under way, is under way
insert into refund (receipt_row_id, batch_no, batch_key, amount_fen, state, cause, queued_at_ms)
values (3, 'X', 'X', 9000, 'asked', 'caller', 1)
  receipt 3  refundLimit  must be 88.88, is 123.33
  receipt 3  refundPending  must be not under way, is under way
  receipt 3  cardHeld  must be 123.33, is 33.33
insert into refund (receipt_row_id, batch_no, batch_key, amount_fen, state, cause, queued_at_ms)
values (1, 'X', 'X', 1, 'queued', 'caller', 1)
  receipt 1  refundPending  must be not under way, is under way
delete from refund where receipt_row_id = 8
  receipt 8  owed  must be 88.88, is none
update refund set amount_fen = 1 where receipt_row_id = 8
  receipt 8  owed  must be 88.88, is 0.01
update receipt set duplicate = 1 where id = 10
  receipt 10  owed  must be 88.88, is none
  receipt 10  systemResult  must be none, is S
  receipt 10  systemTrade  must be none, is T4
  receipt 10  systemPaid  must be none, is 88.88
  bill 9  billStatus  must be 0, is 3
delete from receipt_scenic where outtradeno = 'N1'
  receipt 1  systemRow  must be 98|0|1 of bill BILL-1 by 98, is none
update receipt_pos set autoid = '999' where outtradeno = 'N2'
  receipt 2  systemRow  must be 1 of bill BILL-2 by 98, is 999 of bill BILL-2 by 98
update receipt_pos set billnum = 'other' where outtradeno = 'N2'
  receipt 2  systemRow  must be 1 of bill BILL-2 by 98, is 1 of bill OTHER by 98
update receipt_pos set paytype = '97' where outtradeno = 'N2'
  receipt 2  systemRow  must be 1 of bill BILL-2 by 98, is 1 of bill BILL-2 by 97
update receipt_car_rental set outtradeno = 'NX' where outtradeno = 'N-WAIT'
  receipt 6  systemRow  must be 5 of bill WAIT by 98, is none
  receipt_car_rental NX  stray  must be a receipt, is none
update receipt_pos set paymentvalue = '88.80' where outtradeno = 'N2'
  receipt 2  systemAsked  must be 88.88, is 88.80
update receipt_shuttle set receiptvalue = '88.8' where outtradeno = 'N4'
  receipt 10  systemPaid  must be 88.88, is 88.8
update receipt_pos set result = 'F' where outtradeno = 'NE'
  receipt 5  systemResult  must be C, is F
update receipt_pos set result = 'S' where outtradeno = 'ND'
  receipt 8  systemResult  must be none, is S
update receipt_pos set result = 'C' where outtradeno = 'N2'
  receipt 2  systemResult  must be S, is C
update receipt_car_rental set result = 'C' where outtradeno = 'N-WAIT'
  receipt 6  systemResult  must be none, is C
update receipt_pos set tradeno = 'X' where outtradeno = 'N2'
  receipt 2  systemTrade  must be T2, is X
update receipt_stored_value set refundvalue = '33.30' where outtradeno = 'N7'
  receipt 3  systemRefunded  must be 33.33, is 33.30
update receipt_stored_value set cardno = 'OTHER' where outtradeno = 'N7'
  receipt 3  card  must be CARD000010, is OTHER
update receipt_stored_value set heldvalue = '0.00' where outtradeno = 'N7'
  receipt 3  cardHeld  must be 33.33, is 0.00
update receipt_stored_value set heldvalue = null where outtradeno = 'NC'
  receipt 4  cardHeld  must be 88.88, is 0.00
delete from callback where receipt_row_id = 9
  receipt 9  told  must be payment.paid at 2026-11-22 12:01:05, is none
update callback set type = 'payment.refunded' where receipt_row_id = 9
  receipt 9  told  must be payment.paid at 2026-11-22 12:01:05, is none
  receipt 9  told  must be none, is payment.refunded at 2026-11-22 12:01:05
update callback set written_at_ms = 1 where receipt_row_id = 9
  receipt 9  told  must be payment.paid at 2026-11-22 12:01:05, is none
  receipt 9  told  must be none, is payment.paid at 1970-01-01 08:00:00
insert into callback select 99, bill_type, receipt_row_id, 'evt_x', type, written_at_ms, 0, state,
tries, due_at_ms, claimed_by, claim_until_ms, body, format, ended_at_ms from callback where id = 1
  receipt 2  told  must be none, is payment.paid at 2026-11-22 12:00:01
update receipt_event set receipt_row_id = 99 where event = 'close' and receipt_row_id = 5
  receipt 5  state  must be waiting, is closed
  receipt 5  told  must be none, is payment.closed at 2026-11-22 12:01:03
  receipt_event 20  stray  must be receipt 99, is none
update refund set receipt_row_id = 99 where receipt_row_id = 3
  receipt 3  refundSum  must be 33.33, is 0.00
  receipt 3  cardHeld  must be 0.00, is 33.33
  refund 1  stray  must be receipt 99, is none
update alarm set receipt_row_id = 99 where kind = 'lateMoney' and receipt_row_id = 8
  alarm 2  stray  must be receipt 99, is none
update callback set receipt_row_id = 99 where receipt_row_id = 2
  receipt 2  told  must be payment.paid at 2026-11-22 12:00:01, is none
  callback 1  stray  must be receipt 99, is none
delete from receipt where id = 10
  bill 9  billEmpty  must be a receipt, is none
  receipt_event 32  stray  must be receipt 10, is none
  receipt_event 33  stray  must be receipt 10, is none
  receipt_event 34  stray  must be receipt 10, is none
  trade T4  stray  must be receipt 10 paid by it, is none
  receipt_shuttle N4  stray  must be a receipt, is none
update receipt_shuttle set outtradeno = 'N2' where outtradeno = 'N4'
  receipt 10  systemRow  must be 9 of bill BILL-4 by 98, is none
  receipt_shuttle N2  stray  must be a receipt, is none
update receipt set trade_no = null where id = 10
  receipt 10  payment  must be trade and amount, is one of trade and amount
  receipt 10  systemTrade  must be none, is T4
  bill 9  billStatus  must be 0, is 3
  trade T4  stray  must be receipt 10 paid by it, is none
update receipt set paid_fen = null where id = 25
  receipt 25  payment  must be trade and amount, is one of trade and amount
  receipt 25  refunded  must be 0.00, is 88.88
  receipt 25  refundLimit  must be 0.00, is 88.88
  receipt 25  systemPaid  must be none, is 88.88
  bill 24  billStatus  must be 0, is 4
update receipt_stored_value set heldvalue = '1.00' where outtradeno = 'N-WHOLE'
  receipt 15  cardHeld  must be 88.88, is 1.00
update receipt set state = 'paid' where id = 13
  receipt 13  state  must be refunding, is paid
  receipt 13  refundPending  must be not under way, is under way
  receipt 13  givingBack  must be none, is refund
update receipt set state = 'paid' where id = 18
  receipt 18  state  must be refunding, is paid
  receipt 18  givingBack  must be none, is cancel
  receipt 18  cardHeld  must be 0.00, is 88.88
update receipt set due_at_ms = null where id = 18
  receipt 18  due  must be a time, is none
insert into refund (receipt_row_id, batch_no, batch_key, amount_fen, state, cause, queued_at_ms)
values (25, 'X', 'X', 112, 'done', 'caller', 1)
  receipt 25  refundSum  must be 88.88, is 90.00
  receipt 25  refundLimit  must be 88.88, is 90.00
insert into refund (receipt_row_id, batch_no, batch_key, amount_fen, state, cause, queued_at_ms)
values (21, 'X', 'X', 100, 'asked', 'caller', 1)
  receipt 21  refundLimit  must be 0.00, is 1.00
  receipt 21  refundPending  must be not under way, is under way
update receipt set giving_back = 'cancel' where id = 1
  receipt 1  givingBack  must be none, is cancel
update receipt set giving_back = 'none' where id = 13
  receipt 13  due  must be a time, is none
  receipt 13  refundPending  must be not under way, is under way
  receipt 13  givingBack  must be cancel or refund, is none
update receipt set giving_back = 'refund' where id = 18
  receipt 18  refundPending  must be under way, is not under way
  receipt 18  cardHeld  must be 0.00, is 88.88
update receipt set card_no = null where id = 3
  receipt 3  card  must be none, is CARD000010
update receipt set duplicate = 1 where id = 5; update receipt_pos set result = null
where outtradeno = 'NE'
  receipt 5  owed  must be 88.88, is none
  receipt 5  systemResult  must be C, is none
update callback set type = 'payment.paid' where type = 'payment.late'
  receipt 23  told  must be payment.late at 2026-11-22 13:01:17, is none
  receipt 23  told  must be none, is payment.paid at 2026-11-22 13:01:17
delete from receipt_event where receipt_row_id = 3 and event in ('begin', 'giveCode');
update receipt_stored_value set heldvalue = null where outtradeno = 'N7'
  receipt 3  begin  must be begin, is pay
update callback set seq = 1 where bill_type = '2' and seq = 2
  callbacks of bill type 2  seq  must be seq 1 once, is several times
update callback_receiver set last_seq = 1 where bill_type = '2'
  callbacks of bill type 2  seq  must be no seq above the last one, is seq 9
`;

/** Every kind of difference, planted by hand. */
export const PLANTED: readonly Planted[] = TABLE.trim()
  .split(/\n(?=\S)/)
  .reduce<Planted[]>((all, block) => {
    const [text = '', ...lines] = block.split(/\n {2}/);
    const before = all.at(-1);
    // A statement without a line of its own goes on in the next block.
    if (before?.lines.length === 0) {
      all[all.length - 1] = { statement: `${before.statement} ${text}`, lines };
      return all;
    }
    return [...all, { statement: text, lines }];
  }, []);
