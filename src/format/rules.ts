import type { Type } from '@nestjs/common';
import { getMetadataStorage } from 'class-validator';
import type { ValidationArguments, ValidatorConstraintInterface } from 'class-validator';

type Metadata = ReturnType<
  ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']
>[number];
type Condition = (object: object, value: unknown) => boolean;

/** A rule of one member of a DTO. */
interface Rule {
  readonly property: string;
  readonly check: ValidatorConstraintInterface;
  /** What the decorator was given. */
  readonly constraints: unknown[];
  /** All of them have to hold, or the rule is not asked. */
  readonly conditions: readonly Condition[];
}

/** Why a member is refused. */
export interface Violation {
  readonly property: string;
  readonly reason: string;
}

/** What `ValidateBy` and all rules built on it leave. */
const RULE = 'customValidation';
/** What `IsOptional` and `ValidateIf` leave. */
const CONDITION = 'conditionalValidation';

/**
 * The rules that class-validator's decorators put on a DTO, gathered once: its own validator
 * gathers and sorts them for every object, which costs more than they do.
 */
export class Rules {
  private readonly rules: readonly Rule[];
  private readonly properties: ReadonlySet<string>;

  /** Throws plainly for rules of a kind that is not looked after here. */
  constructor(private readonly dto: Type<object>) {
    const all = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
    this.properties = new Set(all.map(({ propertyName }) => propertyName));
    this.rules = all
      .filter(({ type }) => type !== CONDITION)
      .flatMap((metadata) => rulesOf(metadata, conditionsOf(all, metadata.propertyName)));
  }

  /** Takes from an object what has no rule. */
  strip(object: object): void {
    for (const property of Object.keys(object)) {
      if (!this.properties.has(property)) Reflect.deleteProperty(object, property);
    }
  }

  /** The first rule that is broken, in the order of the members; null: none is. */
  firstViolation(object: object): Violation | null {
    for (const { property, check, constraints, conditions } of this.rules) {
      const value: unknown = Reflect.get(object, property);
      if (!conditions.every((holds) => holds(object, value))) continue;
      const { name: targetName } = this.dto;
      const args: ValidationArguments = { value, property, object, targetName, constraints };
      if (check.validate(value, args) !== true) {
        return { property, reason: check.defaultMessage?.(args) ?? 'is invalid' };
      }
    }
    return null;
  }
}

function rulesOf(metadata: Metadata, conditions: readonly Condition[]): Rule[] {
  const { propertyName: property, constraints, constraintCls } = metadata;
  const checks = getMetadataStorage().getTargetValidatorConstraints(constraintCls);
  if (!isPlain(metadata) || checks.some((check) => check.async)) {
    const { name } = metadata.target as { name: string };
    throw new Error(`${name}.${property}: a rule of a kind that is not known`);
  }
  const given = constraints ?? [];
  return checks.map(({ instance: check }) => ({ property, check, constraints: given, conditions }));
}

function conditionsOf(all: readonly Metadata[], property: string): Condition[] {
  return all
    .filter(({ type, propertyName }) => type === CONDITION && propertyName === property)
    .flatMap(({ constraints }) => constraints as Condition[]);
}

/** Does a rule speak of the value as a whole, and with a text of its own? */
function isPlain({ type, each, groups, message }: Metadata): boolean {
  return type === RULE && !each && (groups ?? []).length === 0 && message === undefined;
}
