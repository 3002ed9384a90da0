import type { EnvReader } from './reading/env-reader';

/** The parameters of the two stored procedures by the names of the contract, without the `@`. */
export const PROCEDURE_PARAMETERS = {
  Begin: [
    'billnum',
    'billtype',
    'paytype',
    'paymentvalue',
    'body',
    'detail',
    'clientip',
    'cardno',
    'outtradeno',
    'autoid',
    'errcode',
    'errmsg',
  ],
  End: [
    'billnum',
    'billtype',
    'paytype',
    'outtradeno',
    'autoid',
    'result',
    'tradeno',
    'receiptvalue',
    'buyer',
    'paidat',
    'billstatus',
    'errcode',
    'errmsg',
  ],
} as const;

/** One of the two procedures, by the last part of its name. */
export type Procedure = keyof typeof PROCEDURE_PARAMETERS;

/** A parameter of a procedure, as the contract names it. */
export type ParameterName<Which extends Procedure = Procedure> =
  (typeof PROCEDURE_PARAMETERS)[Which][number];

/**
 * Other names that a customer's procedures have: `Begin.billnum` → `p_bill`, without the `@`. And
 * parameters of theirs that have a default, which we do not pass: `Begin.@extra` → `default`.
 */
export type ParameterNames = Readonly<Record<string, string>>;

/** As SQL Server has names, without blanks: letters of any script. */
const NAME = String.raw`[\p{L}_][\p{L}\p{N}_$#@]{0,126}`;
const ENTRY = new RegExp(`^(Begin|End)\\.([a-z]+)=@?(${NAME})$`, 'u');
const DEFAULT = new RegExp(`^((?:Begin|End)\\.@${NAME})=default$`, 'u');
const SHAPE = 'must be like Begin.billnum=@p_bill,End.errmsg=@p_text,End.@extra=default';

/** Does the customer say that this parameter of theirs has a default? Name without the `@`. */
export function hasDefault(names: ParameterNames, which: Procedure, theirs: string): boolean {
  return names[`${which}.@${theirs}`] !== undefined;
}

/** Reads `PROCEDURE_PARAMETERS`. */
export function readParameterNames(reader: EnvReader): ParameterNames {
  const names: Record<string, string> = {};
  for (const entry of reader.list('PROCEDURE_PARAMETERS')) {
    const byDefault = DEFAULT.exec(entry)?.[1];
    if (byDefault !== undefined) {
      names[byDefault] = 'default';
      continue;
    }
    const [, which = '', name = '', theirs = ''] = ENTRY.exec(entry) ?? [];
    if (theirs === '') reader.problem('PROCEDURE_PARAMETERS', SHAPE);
    else if (!isParameter(which, name)) {
      reader.problem('PROCEDURE_PARAMETERS', `there is no parameter ${which}.${name}`);
    } else if (Object.hasOwn(names, `${which}.${name}`)) {
      reader.problem('PROCEDURE_PARAMETERS', `names ${which}.${name} twice`);
    } else {
      names[`${which}.${name}`] = theirs;
    }
  }
  refuseDoubles(reader, names);
  return names;
}

function isParameter(which: string, name: string): boolean {
  const names: readonly string[] =
    which === 'Begin' || which === 'End' ? PROCEDURE_PARAMETERS[which] : [];
  return names.includes(name);
}

// Two of ours under one name of theirs: one of them would never arrive.
function refuseDoubles(reader: EnvReader, names: ParameterNames): void {
  for (const [which, ours] of Object.entries(PROCEDURE_PARAMETERS)) {
    const byDefault = Object.keys(names)
      .filter((key) => key.startsWith(`${which}.@`))
      .map((key) => key.slice(which.length + 2));
    const passed = ours.map((name) => names[`${which}.${name}`] ?? name);
    const theirs = [...passed, ...byDefault].map((name) => name.toLowerCase());
    if (new Set(theirs).size !== theirs.length) {
      reader.problem('PROCEDURE_PARAMETERS', `gives two parameters of ${which} one name`);
    }
  }
}
