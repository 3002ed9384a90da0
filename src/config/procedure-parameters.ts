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

/** Other names that a customer's procedures have: `Begin.billnum` → `p_bill`, without the `@`. */
export type ParameterNames = Readonly<Record<string, string>>;

const ENTRY = /^(Begin|End)\.([a-z]+)=@?([A-Za-z_][A-Za-z0-9_$#]{0,126})$/;
const SHAPE = 'must be like Begin.billnum=@p_bill,End.errmsg=@p_text';

/** Reads `PROCEDURE_PARAMETERS`. */
export function readParameterNames(reader: EnvReader): ParameterNames {
  const names: Record<string, string> = {};
  for (const entry of reader.list('PROCEDURE_PARAMETERS')) {
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
    const theirs = ours.map((name) => (names[`${which}.${name}`] ?? name).toLowerCase());
    if (new Set(theirs).size !== theirs.length) {
      reader.problem('PROCEDURE_PARAMETERS', `gives two parameters of ${which} one name`);
    }
  }
}
