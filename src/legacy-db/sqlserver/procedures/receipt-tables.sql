-- The reference tables of the seven systems, of the serial and of the cards, for SQL Server 2012
-- and later. Each is made only where no object of its name exists, so the script can be run twice
-- and touches no table of a customer. Texts that are compared are compared byte by byte.

if object_id(N'dbo.receipt_scenic') is null
begin
  create table dbo.receipt_scenic (
    autoid nvarchar(36) collate Latin1_General_BIN2 not null,
    billnum nvarchar(20) collate Latin1_General_BIN2 not null,
    bill_key nvarchar(20) collate Latin1_General_BIN2 not null,
    paytype nvarchar(2) collate Latin1_General_BIN2 not null,
    outtradeno nvarchar(64) collate Latin1_General_BIN2 not null,
    paymentvalue decimal(18,2) not null,
    body nvarchar(max) not null,
    detail nvarchar(max) null,
    clientip nvarchar(45) not null,
    result nchar(1) null,
    tradeno nvarchar(64) collate Latin1_General_BIN2 null,
    receiptvalue decimal(18,2) null,
    refundvalue decimal(18,2) null,
    buyer nvarchar(128) null,
    begunat datetime2(3) not null,
    paidat datetime2(3) null,
    constraint pk_receipt_scenic primary key (bill_key, autoid),
    constraint ux_receipt_scenic_outtradeno unique (outtradeno)
  );
end;
go
if object_id(N'dbo.receipt_pos') is null
begin
  create table dbo.receipt_pos (
    autoid nvarchar(36) collate Latin1_General_BIN2 not null,
    billnum nvarchar(20) collate Latin1_General_BIN2 not null,
    bill_key nvarchar(20) collate Latin1_General_BIN2 not null,
    paytype nvarchar(2) collate Latin1_General_BIN2 not null,
    outtradeno nvarchar(64) collate Latin1_General_BIN2 not null,
    paymentvalue decimal(18,2) not null,
    body nvarchar(max) not null,
    detail nvarchar(max) null,
    clientip nvarchar(45) not null,
    result nchar(1) null,
    tradeno nvarchar(64) collate Latin1_General_BIN2 null,
    receiptvalue decimal(18,2) null,
    refundvalue decimal(18,2) null,
    buyer nvarchar(128) null,
    begunat datetime2(3) not null,
    paidat datetime2(3) null,
    constraint pk_receipt_pos primary key (autoid),
    constraint ux_receipt_pos_outtradeno unique (outtradeno)
  );
  create index ix_receipt_pos_bill on dbo.receipt_pos (bill_key);
end;
go
if object_id(N'dbo.receipt_car_rental') is null
begin
  create table dbo.receipt_car_rental (
    autoid nvarchar(36) collate Latin1_General_BIN2 not null,
    billnum nvarchar(20) collate Latin1_General_BIN2 not null,
    bill_key nvarchar(20) collate Latin1_General_BIN2 not null,
    paytype nvarchar(2) collate Latin1_General_BIN2 not null,
    outtradeno nvarchar(64) collate Latin1_General_BIN2 not null,
    paymentvalue decimal(18,2) not null,
    body nvarchar(max) not null,
    detail nvarchar(max) null,
    clientip nvarchar(45) not null,
    result nchar(1) null,
    tradeno nvarchar(64) collate Latin1_General_BIN2 null,
    receiptvalue decimal(18,2) null,
    refundvalue decimal(18,2) null,
    buyer nvarchar(128) null,
    begunat datetime2(3) not null,
    paidat datetime2(3) null,
    constraint pk_receipt_car_rental primary key (autoid),
    constraint ux_receipt_car_rental_outtradeno unique (outtradeno)
  );
  create index ix_receipt_car_rental_bill on dbo.receipt_car_rental (bill_key);
end;
go
if object_id(N'dbo.receipt_shuttle') is null
begin
  create table dbo.receipt_shuttle (
    autoid nvarchar(36) collate Latin1_General_BIN2 not null,
    billnum nvarchar(20) collate Latin1_General_BIN2 not null,
    bill_key nvarchar(20) collate Latin1_General_BIN2 not null,
    paytype nvarchar(2) collate Latin1_General_BIN2 not null,
    outtradeno nvarchar(64) collate Latin1_General_BIN2 not null,
    paymentvalue decimal(18,2) not null,
    body nvarchar(max) not null,
    detail nvarchar(max) null,
    clientip nvarchar(45) not null,
    result nchar(1) null,
    tradeno nvarchar(64) collate Latin1_General_BIN2 null,
    receiptvalue decimal(18,2) null,
    refundvalue decimal(18,2) null,
    buyer nvarchar(128) null,
    begunat datetime2(3) not null,
    paidat datetime2(3) null,
    constraint pk_receipt_shuttle primary key (autoid),
    constraint ux_receipt_shuttle_outtradeno unique (outtradeno)
  );
  create index ix_receipt_shuttle_bill on dbo.receipt_shuttle (bill_key);
end;
go
if object_id(N'dbo.receipt_equipment') is null
begin
  create table dbo.receipt_equipment (
    autoid nvarchar(36) collate Latin1_General_BIN2 not null,
    billnum nvarchar(20) collate Latin1_General_BIN2 not null,
    bill_key nvarchar(20) collate Latin1_General_BIN2 not null,
    paytype nvarchar(2) collate Latin1_General_BIN2 not null,
    outtradeno nvarchar(64) collate Latin1_General_BIN2 not null,
    paymentvalue decimal(18,2) not null,
    body nvarchar(max) not null,
    detail nvarchar(max) null,
    clientip nvarchar(45) not null,
    result nchar(1) null,
    tradeno nvarchar(64) collate Latin1_General_BIN2 null,
    receiptvalue decimal(18,2) null,
    refundvalue decimal(18,2) null,
    buyer nvarchar(128) null,
    begunat datetime2(3) not null,
    paidat datetime2(3) null,
    constraint pk_receipt_equipment primary key (autoid),
    constraint ux_receipt_equipment_outtradeno unique (outtradeno)
  );
  create index ix_receipt_equipment_bill on dbo.receipt_equipment (bill_key);
end;
go
if object_id(N'dbo.receipt_concession') is null
begin
  create table dbo.receipt_concession (
    autoid nvarchar(36) collate Latin1_General_BIN2 not null,
    billnum nvarchar(20) collate Latin1_General_BIN2 not null,
    bill_key nvarchar(20) collate Latin1_General_BIN2 not null,
    paytype nvarchar(2) collate Latin1_General_BIN2 not null,
    outtradeno nvarchar(64) collate Latin1_General_BIN2 not null,
    paymentvalue decimal(18,2) not null,
    body nvarchar(max) not null,
    detail nvarchar(max) null,
    clientip nvarchar(45) not null,
    result nchar(1) null,
    tradeno nvarchar(64) collate Latin1_General_BIN2 null,
    receiptvalue decimal(18,2) null,
    refundvalue decimal(18,2) null,
    buyer nvarchar(128) null,
    begunat datetime2(3) not null,
    paidat datetime2(3) null,
    constraint pk_receipt_concession primary key (autoid),
    constraint ux_receipt_concession_outtradeno unique (outtradeno)
  );
  create index ix_receipt_concession_bill on dbo.receipt_concession (bill_key);
end;
go
if object_id(N'dbo.receipt_stored_value') is null
begin
  create table dbo.receipt_stored_value (
    autoid nvarchar(36) collate Latin1_General_BIN2 not null,
    billnum nvarchar(20) collate Latin1_General_BIN2 not null,
    bill_key nvarchar(20) collate Latin1_General_BIN2 not null,
    paytype nvarchar(2) collate Latin1_General_BIN2 not null,
    outtradeno nvarchar(64) collate Latin1_General_BIN2 not null,
    paymentvalue decimal(18,2) not null,
    body nvarchar(max) not null,
    detail nvarchar(max) null,
    clientip nvarchar(45) not null,
    cardno nvarchar(20) collate Latin1_General_BIN2 not null,
    result nchar(1) null,
    tradeno nvarchar(64) collate Latin1_General_BIN2 null,
    receiptvalue decimal(18,2) null,
    refundvalue decimal(18,2) null,
    heldvalue decimal(18,2) null,
    buyer nvarchar(128) null,
    begunat datetime2(3) not null,
    paidat datetime2(3) null,
    constraint pk_receipt_stored_value primary key (autoid),
    constraint ux_receipt_stored_value_outtradeno unique (outtradeno)
  );
  create index ix_receipt_stored_value_bill on dbo.receipt_stored_value (bill_key);
end;
go
-- autoid of every system but the scenic one: one serial over all of them.
if object_id(N'dbo.receipt_serial') is null
begin
  create table dbo.receipt_serial (
    serial bigint identity(1,1) not null,
    outtradeno nvarchar(64) collate Latin1_General_BIN2 not null,
    constraint pk_receipt_serial primary key (serial),
    constraint ux_receipt_serial_outtradeno unique (outtradeno)
  );
end;
go
if object_id(N'dbo.card_balance') is null
begin
  create table dbo.card_balance (
    cardno nvarchar(20) collate Latin1_General_BIN2 not null,
    balance decimal(18,2) not null,
    constraint pk_card_balance primary key (cardno)
  );
end;
go
-- Behind which serial scenic receipts are numbered within their bill: raised after a restore.
if object_id(N'dbo.receipt_base') is null
begin
  create table dbo.receipt_base (
    scenic_serial bigint not null,
    constraint pk_receipt_base primary key (scenic_serial)
  );
end;
go
