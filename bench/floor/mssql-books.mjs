// The same rows as the service writes on SQL Server, by hand: one batch a unit, nothing asked
// before and nothing guarded. The database is the service's own, which has made its tables.
import mssql from 'mssql';

const BEGIN = `set nocount on; set xact_abort on;
declare @bill bigint, @autoid nvarchar(36), @errcode int, @errmsg nvarchar(200), @id bigint;
begin transaction;
insert into bill (bill_type, bill_key, bill_status, version) values (@billtype, @billnum, N'0', 0);
set @bill = scope_identity();
execute dbo.Sp_3Pay_Offline_ReceiveMoney_Begin
  @billnum = @billnum,
  @billtype = @billtype,
  @paytype = @paytype,
  @paymentvalue = @yuan,
  @body = @body,
  @detail = @detail,
  @clientip = @clientip,
  @cardno = @cardno,
  @outtradeno = @outtradeno,
  @autoid = @autoid output,
  @errcode = @errcode output,
  @errmsg = @errmsg output;
insert into receipt (bill_id, bill_type, bill_no, receipt_id, pay_type, amount_fen, out_trade_no,
  state, precreate_call, precreate_tries, lease_until_ms, code_ends_at_ms, refunded_fen,
  begun_at_ms, duplicate, due_at_ms, claim_until_ms, begun_by) values (@bill, @billtype, @billnum,
  @autoid,
  @paytype, @fen, @outtradeno, N'begun', @body, 1, @now, @now, 0, @now, 0, @now, 0, N'scanCode');
set @id = scope_identity();
update bill set live_receipt_id = @id where id = @bill;
insert into receipt_event (receipt_row_id, at_ms, event, state, cause) values
  (@id, @now, N'begin', N'begun', N'scanCode');
commit transaction;
select @id as id, @autoid as autoid;`;

const GIVE_CODE = `set nocount on; set xact_abort on;
begin transaction;
update receipt set state = N'waiting', qr_code = @code where id = @id and state = N'begun';
insert into receipt_event (receipt_row_id, at_ms, event, state, cause) values
  (@id, @now, N'giveCode', N'waiting', N'scanCode');
commit transaction;`;

const { NVarChar, NChar, BigInt: Big, Decimal, MAX } = mssql;

/** Opens the database at the address, with as many connections as the service has. */
export async function mssqlBooks(url) {
  const address = new URL(url);
  const pool = await new mssql.ConnectionPool({
    server: address.hostname,
    port: Number(address.port || 1433),
    database: decodeURIComponent(address.pathname.slice(1)),
    user: decodeURIComponent(address.username),
    password: decodeURIComponent(address.password),
    pool: { min: 10, max: 10 },
    options: {
      encrypt: address.searchParams.get('encrypt') !== 'false',
      trustServerCertificate: address.searchParams.get('trustServerCertificate') === 'true',
    },
    validateConnection: 'socket',
  }).connect();
  return {
    /** The row's id and the `autoid`. */
    begin: async (billType, billNo, payType, fen, outTradeNo, body, nowMs) => {
      const { recordset } = await pool
        .request()
        .input('billtype', NChar(1), billType)
        .input('billnum', NVarChar(20), billNo)
        .input('paytype', NVarChar(2), payType)
        .input('yuan', Decimal(18, 2), (fen / 100).toFixed(2))
        .input('fen', Big, String(fen))
        .input('body', NVarChar(MAX), body)
        .input('detail', NVarChar(MAX), null)
        .input('clientip', NVarChar(45), '127.0.0.1')
        .input('cardno', NVarChar(20), null)
        .input('outtradeno', NVarChar(64), outTradeNo)
        .input('now', Big, String(nowMs))
        .query(BEGIN);
      return recordset[0];
    },
    giveCode: (code, id) =>
      pool
        .request()
        .input('code', NVarChar(1024), code)
        .input('id', Big, String(id))
        .input('now', Big, String(Date.now()))
        .query(GIVE_CODE),
  };
}
