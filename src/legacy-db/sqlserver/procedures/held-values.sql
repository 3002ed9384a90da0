-- What cards have given up for their receipts gets a column of its own: heldvalue, a running total.
-- Needed once where reference tables were used before there was one; can be run again. Stop the
-- service, run receipt-tables.sql, this, begin.sql and end.sql.

if object_id(N'dbo.receipt_stored_value') is not null
  and col_length(N'dbo.receipt_stored_value', N'heldvalue') is null
  alter table dbo.receipt_stored_value add heldvalue decimal(18,2) null;
go
-- The hold of all of it was the result H before: it is paid, and its card has given up all of it.
update dbo.receipt_stored_value set heldvalue = receiptvalue, result = N'S' where result = N'H';
