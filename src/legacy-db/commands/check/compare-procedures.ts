import type { ParameterNames, Procedure } from '../../../config/procedure-parameters';
import { hasDefault } from '../../../config/procedure-parameters';
import type { ProcedureContract, ProcedureParameter } from '../../sqlserver/procedures/contract';
import { spellType, theirName } from '../../sqlserver/procedures/contract';
import { comparisonOf } from '../difference';
import type { Comparison, Difference } from '../difference';

/** A parameter of a procedure as the database's catalog describes it. */
export interface CatalogParameter {
  /** With its `@`. */
  readonly name: string;
  /** The base type, in any letter case. */
  readonly type: string;
  /** Bytes, two for a character of nvarchar and nchar; -1: max. */
  readonly maxLength: number;
  readonly precision: number;
  readonly scale: number;
  readonly isOutput: boolean;
}

/**
 * Compares a procedure with its contract; `found` null: there is none, or none we may see. Names in
 * any letter case, but where the database tells `a` from `A`: there SQL Server wants them exact.
 */
export function compareProcedure(
  contract: ProcedureContract,
  names: ParameterNames,
  found: readonly CatalogParameter[] | null,
  exactNames = false,
): Comparison {
  const object = contract.name;
  const praise = `procedure ${object}: ${contract.parameters.length} parameters`;
  if (found === null) {
    const missing = { object, part: 'procedure', expected: 'a procedure we may execute' };
    return comparisonOf(praise, [{ ...missing, found: 'missing, or no right to it' }]);
  }
  const key = (name: string): string => (exactNames ? name : name.toLowerCase());
  const byName = new Map(found.map((each) => [key(each.name), each]));
  const differences: Difference[] = [];
  const missing: ProcedureParameter[] = [];
  for (const parameter of contract.parameters) {
    const theirs = `@${theirName(contract, parameter, names)}`;
    const there = byName.get(key(theirs));
    byName.delete(key(theirs));
    if (!there) missing.push(parameter);
    const expected = spellParameter(parameter);
    const actual = there ? spellCatalog(there) : 'missing';
    const part = theirs === `@${parameter.name}` ? theirs : `${theirs} (@${parameter.name})`;
    if (actual !== expected) differences.push({ object, part, expected, found: actual });
  }
  const extras = [...byName.values()];
  const { which } = contract;
  const byDefault = extras.filter(({ name }) => hasDefault(names, which, name.slice(1)));
  const unknown = extras.filter((extra) => !byDefault.includes(extra));
  for (const extra of unknown) {
    const spelt = `${spellCatalog(extra)}: we pass no value for it`;
    differences.push({ object, part: extra.name, expected: 'no such parameter', found: spelt });
  }
  const { fine } = comparisonOf(praise, differences);
  const defaults = byDefault.map(({ name }) => `procedure ${object}: ${name} ok (default)`);
  return { differences, fine: [...fine, ...defaults], advice: pairs(which, missing, unknown) };
}

/**
 * What may be one parameter under two names: of each type and direction as many are missing as
 * there are unknown, and they come in the same order. Whether they mean the same, a person knows.
 */
function pairs(
  which: Procedure,
  missing: readonly ProcedureParameter[],
  unknown: readonly CatalogParameter[],
): string[] {
  return missing.flatMap((parameter) => {
    const spelt = spellParameter(parameter);
    const ours = missing.filter((each) => spellParameter(each) === spelt);
    const theirs = unknown.filter((each) => spellCatalog(each) === spelt);
    if (ours.length !== theirs.length) return [];
    return [`${which}.${parameter.name}=${theirs[ours.indexOf(parameter)]?.name ?? ''}`];
  });
}

function spellParameter({ type, direction }: ProcedureParameter): string {
  return direction === 'out' ? `${spellType(type)} output` : spellType(type);
}

function spellCatalog(parameter: CatalogParameter): string {
  return parameter.isOutput ? `${spellFound(parameter)} output` : spellFound(parameter);
}

function spellFound({ type, maxLength, precision, scale }: CatalogParameter): string {
  const name = type.toLowerCase();
  const length = (unit: number): string => (maxLength < 0 ? 'max' : String(maxLength / unit));
  switch (name) {
    case 'nvarchar':
    case 'nchar':
      return `${name}(${length(2)})`;
    case 'varchar':
    case 'char':
    case 'varbinary':
    case 'binary':
      return `${name}(${length(1)})`;
    case 'decimal':
    case 'numeric': // Two names of one type.
      return `decimal(${precision},${scale})`;
    case 'datetime2':
    case 'time':
    case 'datetimeoffset':
      return `${name}(${scale})`;
    default:
      return name;
  }
}
