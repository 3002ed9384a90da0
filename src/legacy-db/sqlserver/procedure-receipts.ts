import type { ParameterName, ParameterNames, Procedure } from '../../config/procedure-parameters';
import type { BillType } from '../../domain/bill';
import { chinaTime } from '../../domain/china-time';
import { PayError } from '../../domain/errors';

import type { ProcedureAnswer, Sql } from '../sql/database';
import type { ProcedureStep } from '../sql/writes';
import type { Bound } from '../sql/sql';
import { chars, longText, text, timeText, yuan } from '../sql/sql';
import type { EndOrder, SystemBegin, SystemReceipts } from '../systems/system-receipts';
import { BEGIN, END, type ProcedureContract } from './procedures/contract';
import { asSqlServerError, troubleOf } from './mssql-errors';

/** The values of a call by the contract's names. */
type Values = Partial<Record<ParameterName, Bound>>;

/** Begin and End by the stored procedures, which are the customer's. */
export class ProcedureReceipts implements SystemReceipts {
  constructor(private readonly names: ParameterNames) {}

  begin(sql: Sql, order: SystemBegin): Promise<string> {
    return carryOut(sql, this.beginProcedure(order));
  }

  end(sql: Sql, order: EndOrder): Promise<string> {
    return carryOut(sql, this.endProcedure(order));
  }

  beginProcedure(order: SystemBegin): ProcedureStep {
    return this.step(BEGIN, 'autoid', {
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
  }

  endProcedure(order: EndOrder): ProcedureStep {
    return this.step(END, 'billstatus', endValues(order));
  }

  private step<Which extends Procedure>(
    contract: ProcedureContract<Which>,
    wanted: ParameterName<Which>,
    values: Values,
  ): ProcedureStep {
    const { name, parameters } = contract;
    const named = (ours: ParameterName<Which>): string => this.theirs(contract, ours);
    const inputs = parameters
      .filter(({ direction }) => direction === 'in')
      .map((each) => [named(each.name), valueOf(values, each.name)] as const);
    const outputs = parameters
      .filter(({ direction }) => direction === 'out')
      .map((each) => [named(each.name), each.type] as const);
    const [errcode, errmsg] = ['errcode', 'errmsg'].map((each) => named(each as never));
    return {
      call: { name, inputs, outputs },
      outputs: { answer: named(wanted), errcode: errcode ?? '', errmsg: errmsg ?? '' },
      read: (answer) => this.read(contract, answer, wanted),
      fault: (error) => faultOf(name, error),
    };
  }

  private read<Which extends Procedure>(
    contract: ProcedureContract<Which>,
    answer: ProcedureAnswer,
    wanted: ParameterName<Which>,
  ): string {
    const output = (name: ParameterName<Which>): unknown =>
      answer.get(this.theirs(contract, name).toLowerCase());
    const errcode = output('errcode');
    if (typeof errcode !== 'number') throw broken(contract, 'gave no errcode');
    if (errcode !== 0) {
      const shown = shownOf(output('errmsg'));
      throw new PayError('ILLEGAL_STATE', `${contract.name} refused: errcode ${errcode}`, shown);
    }
    const value = output(wanted);
    if (typeof value === 'string' && value !== '') return value;
    throw broken(contract, `gave no ${wanted}`);
  }

  private theirs({ which }: ProcedureContract, name: ParameterName): string {
    return this.names[`${which}.${name}`] ?? name;
  }
}

async function carryOut(sql: Sql, step: ProcedureStep): Promise<string> {
  let answer: ProcedureAnswer;
  try {
    answer = await sql.call(step.call);
  } catch (error) {
    throw step.fault(error);
  }
  return step.read(answer);
}

/** A fault inside a procedure is told with its name; what running again may cure stays as it is. */
function faultOf(name: string, error: unknown): unknown {
  const trouble = troubleOf(error);
  if (trouble !== 'unavailable' && trouble !== 'statement') return error;
  const told = asSqlServerError(error, name);
  if (told instanceof PayError) return told;
  return new PayError('DATABASE_UNAVAILABLE', told instanceof Error ? told.message : name);
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
