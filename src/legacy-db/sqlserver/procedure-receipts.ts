import type { ParameterName, ParameterNames, Procedure } from '../../config/procedure-parameters';
import type { BillType } from '../../domain/bill';
import { chinaTime } from '../../domain/china-time';
import { PayError } from '../../domain/errors';
import type { ProcedureAnswer, Sql } from '../sql/database';
import type { Bound } from '../sql/sql';
import { chars, longText, text, timeText, yuan } from '../sql/sql';
import type { EndOrder, SystemBegin, SystemReceipts } from '../systems/system-receipts';
import { BEGIN, END, type ProcedureContract, theirName } from './procedures/contract';
import { asSqlServerError, troubleOf } from './mssql-errors';

/** The values of a call by the contract's names. */
type Values = Partial<Record<ParameterName, Bound>>;

/** Begin and End by the stored procedures, which are the customer's. */
export class ProcedureReceipts implements SystemReceipts {
  constructor(private readonly names: ParameterNames) {}

  async begin(sql: Sql, order: SystemBegin): Promise<string> {
    const answer = await this.call(sql, BEGIN, {
      billnum: text(20, order.billNo),
      billtype: chars(1, order.billType),
      paytype: text(2, order.payType),
      paymentvalue: yuan(order.amount),
      body: longText(order.body),
      detail: longText(order.detail),
      clientip: text(45, order.clientIp),
      cardno: text(20, order.cardNo),
      outtradeno: text(64, order.outTradeNo),
    });
    return this.textOf(BEGIN, answer, 'autoid');
  }

  async end(sql: Sql, order: EndOrder): Promise<string> {
    const answer = await this.call(sql, END, endValues(order));
    return this.textOf(END, answer, 'billstatus');
  }

  private async call(
    sql: Sql,
    contract: ProcedureContract,
    values: Values,
  ): Promise<ProcedureAnswer> {
    const { name, parameters } = contract;
    const answer = await this.send(sql, contract, {
      name,
      inputs: parameters
        .filter(({ direction }) => direction === 'in')
        .map((each) => [theirName(contract, each, this.names), valueOf(values, each.name)]),
      outputs: parameters
        .filter(({ direction }) => direction === 'out')
        .map((each) => [theirName(contract, each, this.names), each.type]),
    });
    const errcode = this.output(contract, answer, 'errcode');
    if (errcode === 0) return answer;
    if (typeof errcode !== 'number') throw broken(contract, 'gave no errcode');
    const errmsg = this.output(contract, answer, 'errmsg');
    throw new PayError('ILLEGAL_STATE', `${name} refused: errcode ${errcode}`, shownOf(errmsg));
  }

  // A fault inside the procedure is told with its name; what running again may cure stays as it is.
  private async send(
    sql: Sql,
    { name }: ProcedureContract,
    call: Parameters<Sql['call']>[0],
  ): Promise<ProcedureAnswer> {
    try {
      return await sql.call(call);
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble !== 'unavailable' && trouble !== 'statement') throw error;
      const told = asSqlServerError(error, name);
      if (told instanceof PayError) throw told;
      const detail = told instanceof Error ? told.message : name;
      throw new PayError('DATABASE_UNAVAILABLE', detail);
    }
  }

  private textOf(
    contract: ProcedureContract,
    answer: ProcedureAnswer,
    name: ParameterName,
  ): string {
    const value = this.output(contract, answer, name);
    if (typeof value === 'string' && value !== '') return value;
    throw broken(contract, `gave no ${name}`);
  }

  private output(
    { which }: ProcedureContract<Procedure>,
    answer: ProcedureAnswer,
    name: ParameterName,
  ): unknown {
    return answer.get((this.names[`${which}.${name}`] ?? name).toLowerCase());
  }
}

/** The strategy on SQL Server: the procedures know all seven systems by the bill type. */
export function procedureReceipts(
  names: ParameterNames,
): Readonly<Record<BillType, SystemReceipts>> {
  const both = new ProcedureReceipts(names);
  return { '1': both, '2': both, '3': both, '4': both, '5': both, '6': both, '7': both };
}

function endValues({ receipt, result, payment, refunded, held }: EndOrder): Values {
  const paid = result === 'S' ? payment : null;
  const money = { S: payment?.amount, H: held, U: held, R: refunded };
  const value = result in money ? money[result as keyof typeof money] : undefined;
  const trade = result === 'S' || result === 'R' ? payment?.tradeNo : undefined;
  const paidAtMs = paid?.paidAtMs ?? null;
  return {
    billnum: text(20, receipt.billNo),
    billtype: chars(1, receipt.billType),
    paytype: text(2, receipt.payType),
    outtradeno: text(64, receipt.outTradeNo),
    autoid: text(36, receipt.receiptId),
    result: chars(1, result),
    tradeno: text(64, trade ?? null),
    receiptvalue: yuan(value ?? null),
    buyer: text(128, paid?.buyer ?? null),
    paidat: timeText(paidAtMs === null ? null : chinaTime(paidAtMs)),
  };
}

function valueOf(values: Values, name: ParameterName): Bound {
  const value = values[name];
  if (!value) throw new Error(`no value for ${name}`);
  return value;
}

function broken({ name }: ProcedureContract, what: string): PayError {
  return new PayError('DATABASE_UNAVAILABLE', `${name} ${what}`);
}

/** The procedure's own text for the guest, one line of it. */
function shownOf(errmsg: unknown): { shown?: string } {
  const line = typeof errmsg === 'string' ? errmsg.replace(/\p{Cc}+/gu, ' ').trim() : '';
  return line === '' ? {} : { shown: line.slice(0, 200) };
}
