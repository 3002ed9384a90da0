import type {
  ParameterName,
  ParameterNames,
  Procedure,
} from '../../../config/procedure-parameters';
import type { SqlType } from '../../sql/sql';

/** One parameter of a procedure. */
export interface ProcedureParameter<Name extends string = string> {
  /** The contract's name, without the `@`. */
  readonly name: Name;
  readonly type: SqlType;
  readonly direction: 'in' | 'out';
}

/** A procedure as the contract wants it. All parameters are passed by name. */
export interface ProcedureContract<Which extends Procedure = Procedure> {
  readonly which: Which;
  /** With its schema. */
  readonly name: string;
  readonly parameters: readonly ProcedureParameter<ParameterName<Which>>[];
}

function nvarchar(length: number | 'max'): SqlType {
  return { name: 'nvarchar', length };
}

function given<Name extends string>(name: Name, type: SqlType): ProcedureParameter<Name> {
  return { name, type, direction: 'in' };
}

function answered<Name extends string>(name: Name, type: SqlType): ProcedureParameter<Name> {
  return { name, type, direction: 'out' };
}

const ONE_CHARACTER: SqlType = { name: 'nchar', length: 1 };
const YUAN: SqlType = { name: 'decimal', precision: 18, scale: 2 };

/** Saves the start of a payment. Repeating it with the same `outtradeno` writes nothing. */
export const BEGIN: ProcedureContract<'Begin'> = {
  which: 'Begin',
  name: 'dbo.Sp_3Pay_Offline_ReceiveMoney_Begin',
  parameters: [
    given('billnum', nvarchar(20)),
    given('billtype', ONE_CHARACTER),
    given('paytype', nvarchar(2)),
    given('paymentvalue', YUAN),
    given('body', nvarchar('max')),
    given('detail', nvarchar('max')),
    given('clientip', nvarchar(45)),
    given('cardno', nvarchar(20)),
    given('outtradeno', nvarchar(64)),
    answered('autoid', nvarchar(36)),
    answered('errcode', { name: 'int' }),
    answered('errmsg', nvarchar(200)),
  ],
};

/** Saves the result of a payment. Repeating it with the same numbers and result writes nothing. */
export const END: ProcedureContract<'End'> = {
  which: 'End',
  name: 'dbo.Sp_3Pay_Offline_ReceiveMoney_End',
  parameters: [
    given('billnum', nvarchar(20)),
    given('billtype', ONE_CHARACTER),
    given('paytype', nvarchar(2)),
    given('outtradeno', nvarchar(64)),
    given('autoid', nvarchar(36)),
    given('result', ONE_CHARACTER),
    given('tradeno', nvarchar(64)),
    given('receiptvalue', YUAN),
    given('buyer', nvarchar(128)),
    given('paidat', { name: 'datetime2', scale: 3 }),
    answered('billstatus', nvarchar(10)),
    answered('errcode', { name: 'int' }),
    answered('errmsg', nvarchar(200)),
  ],
};

/** What stands in the body of a reference procedure, and tells it from a customer's. */
export const REFERENCE_MARK = '3Pay Gateway, reference procedure';

/** Both, for comparing a database with them. */
export const PROCEDURES: readonly ProcedureContract[] = [BEGIN, END];

/** What a database calls a parameter, without the `@`. */
export function theirName(
  { which }: ProcedureContract,
  { name }: ProcedureParameter,
  names: ParameterNames,
): string {
  return names[`${which}.${name}`] ?? name;
}

/** A type as T-SQL spells it: `nvarchar(20)`, `decimal(18,2)`. */
export function spellType(type: SqlType): string {
  switch (type.name) {
    case 'bigint':
    case 'int':
      return type.name;
    case 'nvarchar':
    case 'nchar':
      return `${type.name}(${type.length})`;
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'datetime2':
      return `datetime2(${type.scale})`;
  }
}
