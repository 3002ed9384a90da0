-- Cards of the reference table get their key: trailing blanks dropped, a to z as capitals, and
-- nothing else. Needed once where reference tables were used before cards had a key; can be run
-- again. Stop the service, run begin.sql and end.sql, then this. Where several rows are one card
-- nothing is added up: they stay, are listed, and the row of the key is the one in use.

set nocount on;
set xact_abort on;
declare @cards table (
  cardno nvarchar(20) collate Latin1_General_BIN2 not null primary key,
  card_key nvarchar(20) collate Latin1_General_BIN2 not null
);
declare @letter int = 97;
begin transaction;
insert into @cards (cardno, card_key)
  select cardno, rtrim(cardno) from dbo.card_balance with (updlock, holdlock);
-- By code point, so that no collation has a say in it.
while @letter <= 122
begin
  update @cards set card_key = replace(card_key, nchar(@letter), nchar(@letter - 32));
  set @letter = @letter + 1;
end;
update b set cardno = c.card_key
from dbo.card_balance b join @cards c on c.cardno = b.cardno
where c.card_key <> c.cardno
  and (select count(*) from @cards o where o.card_key = c.card_key) = 1;
select c.card_key, c.cardno from @cards c
where (select count(*) from @cards o where o.card_key = c.card_key) > 1
order by c.card_key, c.cardno;
commit transaction;
