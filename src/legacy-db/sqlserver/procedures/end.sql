-- End: saves the result of a payment. The reference for SQL Server 2012 and later; the contract is
-- docs/legacy-database.md. Repeating it with the same numbers and result writes nothing and gives the
-- same answer. A refusal is told by @errcode and @errmsg and writes nothing; only faults raise errors.
-- `npm run db:migrate` runs this only where there is no procedure of this name. By hand it can be
-- run again: it replaces itself, told by the mark in its body, and never a procedure of anybody's.

if exists (select 1 from sys.sql_modules where object_id = object_id(N'dbo.Sp_3Pay_Offline_ReceiveMoney_End')
  and definition like N'%3Pay Gateway, reference procedure%')
  drop procedure dbo.Sp_3Pay_Offline_ReceiveMoney_End;
go
create procedure dbo.Sp_3Pay_Offline_ReceiveMoney_End
  @billnum nvarchar(20),
  @billtype nchar(1),
  @paytype nvarchar(2),
  @outtradeno nvarchar(64),
  @autoid nvarchar(36),
  @result nchar(1),
  @tradeno nvarchar(64),
  @receiptvalue decimal(18,2),
  @buyer nvarchar(128),
  @paidat datetime2(3),
  @billstatus nvarchar(10) output,
  @errcode int output,
  @errmsg nvarchar(200) output
as
begin
  set nocount on;
  set xact_abort on;
  -- 3Pay Gateway, reference procedure, version 2.

  select @billstatus = null, @errcode = 0, @errmsg = N'ok';
  if @result is null or @result not in (N'S', N'C', N'F', N'R', N'H', N'U')
  begin
    select @errcode = 40001, @errmsg = N'结果代码不正确 (result unknown)';
    return;
  end;
  if @result in (N'S', N'R', N'H', N'U')
    and (@receiptvalue is null or @receiptvalue < 0 or @receiptvalue = 0 and @result <> N'U')
  begin
    select @errcode = 40001, @errmsg = N'金额必须大于零 (the amount must be above zero)';
    return;
  end;
  if @result = N'S' and (@tradeno is null or len(@tradeno) = 0)
  begin
    select @errcode = 40001, @errmsg = N'缺少支付宝交易号 (the trade number is missing)';
    return;
  end;

  -- The identity of the bill: trailing blanks dropped (len counts none), a to z as capitals, and
  -- nothing else. Done by code point, so that no collation has a say in it.
  declare @bill_key nvarchar(20) = N'', @at int = 1, @point int;
  while @at <= len(@billnum)
  begin
    set @point = unicode(substring(@billnum, @at, 1));
    if @point between 97 and 122
      set @bill_key = @bill_key + nchar(@point - 32);
    else
      set @bill_key = @bill_key + substring(@billnum, @at, 1);
    set @at = @at + 1;
  end;

  -- forceseek: a small table would be read as a whole, and the reader would wait for rows of other
  -- bills while it holds its own.
  declare @known_autoid nvarchar(36), @known_key nvarchar(20), @known_result nchar(1),
    @known_tradeno nvarchar(64), @asked decimal(18,2), @paid decimal(18,2),
    @refunded decimal(18,2), @cardno nvarchar(20), @held decimal(18,2);
  if @billtype = N'1'
    select @known_autoid = autoid, @known_key = bill_key, @known_result = result,
      @known_tradeno = tradeno, @asked = paymentvalue, @paid = receiptvalue,
      @refunded = refundvalue
    from dbo.receipt_scenic with (forceseek) where outtradeno = @outtradeno;
  else if @billtype = N'2'
    select @known_autoid = autoid, @known_key = bill_key, @known_result = result,
      @known_tradeno = tradeno, @asked = paymentvalue, @paid = receiptvalue,
      @refunded = refundvalue
    from dbo.receipt_pos with (forceseek) where outtradeno = @outtradeno;
  else if @billtype = N'3'
    select @known_autoid = autoid, @known_key = bill_key, @known_result = result,
      @known_tradeno = tradeno, @asked = paymentvalue, @paid = receiptvalue,
      @refunded = refundvalue
    from dbo.receipt_car_rental with (forceseek) where outtradeno = @outtradeno;
  else if @billtype = N'4'
    select @known_autoid = autoid, @known_key = bill_key, @known_result = result,
      @known_tradeno = tradeno, @asked = paymentvalue, @paid = receiptvalue,
      @refunded = refundvalue
    from dbo.receipt_shuttle with (forceseek) where outtradeno = @outtradeno;
  else if @billtype = N'5'
    select @known_autoid = autoid, @known_key = bill_key, @known_result = result,
      @known_tradeno = tradeno, @asked = paymentvalue, @paid = receiptvalue,
      @refunded = refundvalue
    from dbo.receipt_equipment with (forceseek) where outtradeno = @outtradeno;
  else if @billtype = N'6'
    select @known_autoid = autoid, @known_key = bill_key, @known_result = result,
      @known_tradeno = tradeno, @asked = paymentvalue, @paid = receiptvalue,
      @refunded = refundvalue
    from dbo.receipt_concession with (forceseek) where outtradeno = @outtradeno;
  else if @billtype = N'7'
    select @known_autoid = autoid, @known_key = bill_key, @known_result = result,
      @known_tradeno = tradeno, @asked = paymentvalue, @paid = receiptvalue,
      @refunded = refundvalue, @cardno = cardno, @held = heldvalue
    from dbo.receipt_stored_value with (forceseek) where outtradeno = @outtradeno;
  if @known_autoid is null or @autoid is null
    or @known_autoid collate Latin1_General_BIN2 <> @autoid
    or @known_key collate Latin1_General_BIN2 <> @bill_key
  begin
    select @errcode = 40401, @errmsg = N'收款记录不存在 (no such receipt)';
    return;
  end;

  -- An older version noted the hold of all of it as the result.
  if @known_result = N'H' and @held is null set @held = @paid;
  -- What is to be written. null: this news is old, nothing is.
  declare @new_result nchar(1), @new_held decimal(18,2), @card_change decimal(18,2) = 0;
  if @result = N'S'
  begin
    if @receiptvalue <> @asked
    begin
      select @errcode = 40902, @errmsg = N'实收金额与应收不符 (another amount than was asked for)';
      return;
    end;
    if @paid is not null and @known_tradeno collate Latin1_General_BIN2 <> @tradeno
    begin
      select @errcode = 40902, @errmsg = N'已登记其他交易号 (another trade is recorded)';
      return;
    end;
    if @paid is null
    begin
      set @new_result = N'S';
      if @billtype = N'7' set @card_change = @receiptvalue;
    end;
  end
  else if @result in (N'C', N'F')
  begin
    if @known_result is null set @new_result = @result;
  end
  else if @result = N'R'
  begin
    if @receiptvalue > coalesce(@refunded, 0)
    begin
      if @receiptvalue > coalesce(@paid, 0)
      begin
        select @errcode = 40902, @errmsg = N'退款超过实收金额 (more than was paid)';
        return;
      end;
      set @new_result = N'R';
    end;
  end
  -- What the card shall have given up for this receipt in all: H raises it, U lowers it, and the
  -- card changes by the difference.
  else if @billtype = N'7' and @result = N'H'
  begin
    if @paid is not null and @receiptvalue > coalesce(@held, 0)
    begin
      if @receiptvalue > @paid
      begin
        select @errcode = 40902, @errmsg = N'退款超过实收金额 (more than was paid)';
        return;
      end;
      select @new_held = @receiptvalue, @card_change = coalesce(@held, 0) - @receiptvalue;
    end;
  end
  else if @billtype = N'7' and @result = N'U'
  begin
    if @receiptvalue < coalesce(@held, 0)
      select @new_held = @receiptvalue, @card_change = @held - @receiptvalue;
  end;

  if @new_result is not null or @new_held is not null
  begin
    -- All of it or nothing, whether or not the caller has opened a transaction.
    begin transaction;
    if @card_change <> 0
    begin
      -- The identity of the card, by the rule of bill numbers.
      declare @card_key nvarchar(20) = N'';
      set @at = 1;
      while @at <= len(@cardno)
      begin
        set @point = unicode(substring(@cardno, @at, 1));
        if @point between 97 and 122
          set @card_key = @card_key + nchar(@point - 32);
        else
          set @card_key = @card_key + substring(@cardno, @at, 1);
        set @at = @at + 1;
      end;
      -- One statement that decides and writes: other bills may change the same card meanwhile.
      update dbo.card_balance set balance = balance + @card_change
      where cardno = @card_key and (@card_change > 0 or balance + @card_change >= 0);
      if @@rowcount = 0
      begin
        if @card_change < 0
        begin
          commit transaction;
          select @errcode = 40902, @errmsg = N'卡内余额不足,不能退款 (the card holds less than the amount to return)';
          return;
        end;
        insert into dbo.card_balance (cardno, balance) values (@card_key, @card_change);
      end;
    end;
    if @new_held is not null
    begin
      update dbo.receipt_stored_value set heldvalue = @new_held,
        result = case when result = N'H' then N'S' else result end
      where outtradeno = @outtradeno;
    end
    else if @result = N'S'
    begin
      if @billtype = N'1'
        update dbo.receipt_scenic set result = N'S', tradeno = @tradeno,
          receiptvalue = @receiptvalue, buyer = @buyer, paidat = @paidat
        where outtradeno = @outtradeno;
      else if @billtype = N'2'
        update dbo.receipt_pos set result = N'S', tradeno = @tradeno,
          receiptvalue = @receiptvalue, buyer = @buyer, paidat = @paidat
        where outtradeno = @outtradeno;
      else if @billtype = N'3'
        update dbo.receipt_car_rental set result = N'S', tradeno = @tradeno,
          receiptvalue = @receiptvalue, buyer = @buyer, paidat = @paidat
        where outtradeno = @outtradeno;
      else if @billtype = N'4'
        update dbo.receipt_shuttle set result = N'S', tradeno = @tradeno,
          receiptvalue = @receiptvalue, buyer = @buyer, paidat = @paidat
        where outtradeno = @outtradeno;
      else if @billtype = N'5'
        update dbo.receipt_equipment set result = N'S', tradeno = @tradeno,
          receiptvalue = @receiptvalue, buyer = @buyer, paidat = @paidat
        where outtradeno = @outtradeno;
      else if @billtype = N'6'
        update dbo.receipt_concession set result = N'S', tradeno = @tradeno,
          receiptvalue = @receiptvalue, buyer = @buyer, paidat = @paidat
        where outtradeno = @outtradeno;
      else if @billtype = N'7'
        update dbo.receipt_stored_value set result = N'S', tradeno = @tradeno,
          receiptvalue = @receiptvalue, buyer = @buyer, paidat = @paidat
        where outtradeno = @outtradeno;
    end
    else if @result = N'R'
    begin
      if @billtype = N'1'
        update dbo.receipt_scenic set result = N'R', refundvalue = @receiptvalue
        where outtradeno = @outtradeno;
      else if @billtype = N'2'
        update dbo.receipt_pos set result = N'R', refundvalue = @receiptvalue
        where outtradeno = @outtradeno;
      else if @billtype = N'3'
        update dbo.receipt_car_rental set result = N'R', refundvalue = @receiptvalue
        where outtradeno = @outtradeno;
      else if @billtype = N'4'
        update dbo.receipt_shuttle set result = N'R', refundvalue = @receiptvalue
        where outtradeno = @outtradeno;
      else if @billtype = N'5'
        update dbo.receipt_equipment set result = N'R', refundvalue = @receiptvalue
        where outtradeno = @outtradeno;
      else if @billtype = N'6'
        update dbo.receipt_concession set result = N'R', refundvalue = @receiptvalue
        where outtradeno = @outtradeno;
      else if @billtype = N'7'
        update dbo.receipt_stored_value set result = N'R', refundvalue = @receiptvalue,
          heldvalue = @held
        where outtradeno = @outtradeno;
    end
    else
    begin
      if @billtype = N'1'
        update dbo.receipt_scenic set result = @new_result
        where outtradeno = @outtradeno;
      else if @billtype = N'2'
        update dbo.receipt_pos set result = @new_result
        where outtradeno = @outtradeno;
      else if @billtype = N'3'
        update dbo.receipt_car_rental set result = @new_result
        where outtradeno = @outtradeno;
      else if @billtype = N'4'
        update dbo.receipt_shuttle set result = @new_result
        where outtradeno = @outtradeno;
      else if @billtype = N'5'
        update dbo.receipt_equipment set result = @new_result
        where outtradeno = @outtradeno;
      else if @billtype = N'6'
        update dbo.receipt_concession set result = @new_result
        where outtradeno = @outtradeno;
      else if @billtype = N'7'
        update dbo.receipt_stored_value set result = @new_result
        where outtradeno = @outtradeno;
    end;
    commit transaction;
  end;

  -- 0 nothing collected on the bill, 2 partly refunded, 3 collected, 4 all of it refunded.
  declare @collected decimal(18,2), @returned decimal(18,2);
  if @billtype = N'1'
    select @collected = sum(receiptvalue), @returned = sum(coalesce(refundvalue, 0))
    from dbo.receipt_scenic with (forceseek) where bill_key = @bill_key and receiptvalue is not null;
  else if @billtype = N'2'
    select @collected = sum(receiptvalue), @returned = sum(coalesce(refundvalue, 0))
    from dbo.receipt_pos with (forceseek) where bill_key = @bill_key and receiptvalue is not null;
  else if @billtype = N'3'
    select @collected = sum(receiptvalue), @returned = sum(coalesce(refundvalue, 0))
    from dbo.receipt_car_rental with (forceseek) where bill_key = @bill_key and receiptvalue is not null;
  else if @billtype = N'4'
    select @collected = sum(receiptvalue), @returned = sum(coalesce(refundvalue, 0))
    from dbo.receipt_shuttle with (forceseek) where bill_key = @bill_key and receiptvalue is not null;
  else if @billtype = N'5'
    select @collected = sum(receiptvalue), @returned = sum(coalesce(refundvalue, 0))
    from dbo.receipt_equipment with (forceseek) where bill_key = @bill_key and receiptvalue is not null;
  else if @billtype = N'6'
    select @collected = sum(receiptvalue), @returned = sum(coalesce(refundvalue, 0))
    from dbo.receipt_concession with (forceseek) where bill_key = @bill_key and receiptvalue is not null;
  else if @billtype = N'7'
    select @collected = sum(receiptvalue), @returned = sum(coalesce(refundvalue, 0))
    from dbo.receipt_stored_value with (forceseek) where bill_key = @bill_key and receiptvalue is not null;
  set @billstatus = case
    when coalesce(@collected, 0) = 0 then N'0'
    when @returned = 0 then N'3'
    when @returned < @collected then N'2'
    else N'4' end;
end
