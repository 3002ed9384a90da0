-- Begin: saves the start of a payment. The reference for SQL Server 2012 and later; the contract is
-- docs/legacy-database.md. Repeating it with the same @outtradeno writes nothing and gives the same
-- @autoid. A refusal is told by @errcode and @errmsg and writes nothing; only faults raise errors.
-- `npm run db:migrate` runs this only where there is no procedure of this name. By hand it can be
-- run again: it replaces itself, told by the mark in its body, and never a procedure of anybody's.

if exists (select 1 from sys.sql_modules where object_id = object_id(N'dbo.Sp_3Pay_Offline_ReceiveMoney_Begin')
  and definition like N'%3Pay Gateway, reference procedure%')
  drop procedure dbo.Sp_3Pay_Offline_ReceiveMoney_Begin;
go
create procedure dbo.Sp_3Pay_Offline_ReceiveMoney_Begin
  @billnum nvarchar(20),
  @billtype nchar(1),
  @paytype nvarchar(2),
  @paymentvalue decimal(18,2),
  @body nvarchar(max),
  @detail nvarchar(max),
  @clientip nvarchar(45),
  @cardno nvarchar(20),
  @outtradeno nvarchar(64),
  @autoid nvarchar(36) output,
  @errcode int output,
  @errmsg nvarchar(200) output
as
begin
  set nocount on;
  set xact_abort on;
  -- 3Pay Gateway, reference procedure, version 2.

  select @autoid = null, @errcode = 0, @errmsg = N'ok';
  if @billtype is null or @billtype not in (N'1', N'2', N'3', N'4', N'5', N'6', N'7')
  begin
    select @errcode = 40001, @errmsg = N'单据类型不正确 (bill type unknown)';
    return;
  end;
  if @billnum is null or @paytype is null or @body is null or @clientip is null
    or @outtradeno is null or len(@billnum) = 0 or len(@paytype) = 0 or len(@outtradeno) = 0
  begin
    select @errcode = 40001, @errmsg = N'缺少参数 (a parameter is missing)';
    return;
  end;
  if @paymentvalue is null or @paymentvalue <= 0
  begin
    select @errcode = 40001, @errmsg = N'金额必须大于零 (the amount must be above zero)';
    return;
  end;
  if @billtype = N'7' and (@cardno is null or len(@cardno) = 0)
  begin
    select @errcode = 40001, @errmsg = N'缺少储值卡号 (the card number is missing)';
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

  -- Is it a repetition? (forceseek: a small table would be read as a whole, and the reader would
  -- wait for rows of other bills while it holds its own.)
  declare @known_autoid nvarchar(36), @known_key nvarchar(20), @known_paytype nvarchar(2),
    @known_value decimal(18,2);
  if @billtype = N'1'
    select @known_autoid = autoid, @known_key = bill_key, @known_paytype = paytype,
      @known_value = paymentvalue
    from dbo.receipt_scenic with (forceseek) where outtradeno = @outtradeno;
  else if @billtype = N'2'
    select @known_autoid = autoid, @known_key = bill_key, @known_paytype = paytype,
      @known_value = paymentvalue
    from dbo.receipt_pos with (forceseek) where outtradeno = @outtradeno;
  else if @billtype = N'3'
    select @known_autoid = autoid, @known_key = bill_key, @known_paytype = paytype,
      @known_value = paymentvalue
    from dbo.receipt_car_rental with (forceseek) where outtradeno = @outtradeno;
  else if @billtype = N'4'
    select @known_autoid = autoid, @known_key = bill_key, @known_paytype = paytype,
      @known_value = paymentvalue
    from dbo.receipt_shuttle with (forceseek) where outtradeno = @outtradeno;
  else if @billtype = N'5'
    select @known_autoid = autoid, @known_key = bill_key, @known_paytype = paytype,
      @known_value = paymentvalue
    from dbo.receipt_equipment with (forceseek) where outtradeno = @outtradeno;
  else if @billtype = N'6'
    select @known_autoid = autoid, @known_key = bill_key, @known_paytype = paytype,
      @known_value = paymentvalue
    from dbo.receipt_concession with (forceseek) where outtradeno = @outtradeno;
  else if @billtype = N'7'
    select @known_autoid = autoid, @known_key = bill_key, @known_paytype = paytype,
      @known_value = paymentvalue
    from dbo.receipt_stored_value with (forceseek) where outtradeno = @outtradeno;
  if @known_autoid is not null
  begin
    if @known_key collate Latin1_General_BIN2 <> @bill_key
      or @known_paytype collate Latin1_General_BIN2 <> @paytype
      or @known_value <> @paymentvalue
    begin
      select @errcode = 40903, @errmsg = N'编号相同但内容不同 (same number, other content)';
      return;
    end;
    set @autoid = @known_autoid;
    return;
  end;

  -- All of it or nothing, whether or not the caller has opened a transaction.
  declare @serial bigint, @base bigint, @begunat datetime2(3) = dateadd(hour, 8, sysutcdatetime());
  -- Whole seconds, as Alipay tells when it was paid: nothing is paid before it began.
  set @begunat = dateadd(millisecond, -datepart(millisecond, @begunat), @begunat);
  begin transaction;
  if @billtype = N'1'
  begin
    -- Numbered within the bill, behind what was told before a restore. The caller holds the bill;
    -- else the primary key refuses one.
    select @serial = max(convert(bigint, right(autoid, charindex(N'|', reverse(autoid)) - 1)))
    from dbo.receipt_scenic with (forceseek) where bill_key = @bill_key;
    select @base = max(scenic_serial) from dbo.receipt_base;
    select @serial = coalesce(@serial, 0), @base = coalesce(@base, 0);
    if @base > @serial set @serial = @base;
    set @serial = @serial + 1;
    set @autoid = @paytype + N'|0|' + convert(nvarchar(20), @serial);
  end
  else
  begin
    insert into dbo.receipt_serial (outtradeno) values (@outtradeno);
    select @serial = serial from dbo.receipt_serial with (forceseek) where outtradeno = @outtradeno;
    set @autoid = convert(nvarchar(20), @serial);
  end;
  if @billtype = N'1'
    insert into dbo.receipt_scenic (autoid, billnum, bill_key, paytype, outtradeno,
      paymentvalue, body, detail, clientip, begunat)
    values (@autoid, @billnum, @bill_key, @paytype, @outtradeno,
      @paymentvalue, @body, @detail, @clientip, @begunat);
  else if @billtype = N'2'
    insert into dbo.receipt_pos (autoid, billnum, bill_key, paytype, outtradeno,
      paymentvalue, body, detail, clientip, begunat)
    values (@autoid, @billnum, @bill_key, @paytype, @outtradeno,
      @paymentvalue, @body, @detail, @clientip, @begunat);
  else if @billtype = N'3'
    insert into dbo.receipt_car_rental (autoid, billnum, bill_key, paytype, outtradeno,
      paymentvalue, body, detail, clientip, begunat)
    values (@autoid, @billnum, @bill_key, @paytype, @outtradeno,
      @paymentvalue, @body, @detail, @clientip, @begunat);
  else if @billtype = N'4'
    insert into dbo.receipt_shuttle (autoid, billnum, bill_key, paytype, outtradeno,
      paymentvalue, body, detail, clientip, begunat)
    values (@autoid, @billnum, @bill_key, @paytype, @outtradeno,
      @paymentvalue, @body, @detail, @clientip, @begunat);
  else if @billtype = N'5'
    insert into dbo.receipt_equipment (autoid, billnum, bill_key, paytype, outtradeno,
      paymentvalue, body, detail, clientip, begunat)
    values (@autoid, @billnum, @bill_key, @paytype, @outtradeno,
      @paymentvalue, @body, @detail, @clientip, @begunat);
  else if @billtype = N'6'
    insert into dbo.receipt_concession (autoid, billnum, bill_key, paytype, outtradeno,
      paymentvalue, body, detail, clientip, begunat)
    values (@autoid, @billnum, @bill_key, @paytype, @outtradeno,
      @paymentvalue, @body, @detail, @clientip, @begunat);
  else if @billtype = N'7'
    insert into dbo.receipt_stored_value (autoid, billnum, bill_key, paytype, outtradeno,
      paymentvalue, body, detail, clientip, cardno, begunat)
    values (@autoid, @billnum, @bill_key, @paytype, @outtradeno,
      @paymentvalue, @body, @detail, @clientip, @cardno, @begunat);
  commit transaction;
end
