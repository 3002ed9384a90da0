import { Injectable } from '@nestjs/common';
import type { ArgumentMetadata, PipeTransform, Type, ValidationError } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { invalidMember } from './refusal';

const RULES = {
  whitelist: true,
  stopAtFirstError: true,
  forbidUnknownValues: false,
  validationError: { target: false, value: false },
};
/** What a handler says of an argument that is no body of an operation. */
const NO_BODIES: ReadonlySet<unknown> = new Set([undefined, Object, Buffer, String]);

function firstReason(error: ValidationError): string {
  const [reason] = Object.values(error.constraints ?? {});
  const [child] = error.children ?? [];
  return reason ?? (child ? firstReason(child) : 'is invalid');
}

/**
 * Checks bodies against their DTO. The first invalid member, in declaration order, is named to the
 * caller; texts of rules are shown, so they must not repeat the value. Bodies are flat records by
 * now: Nest's own pipe would look for prototypes, gaps and binary data in them once more. A rule
 * that needs to wait would not be asked.
 * @throws PayError INVALID_MEMBER
 */
@Injectable()
export class WireValidationPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type !== 'body' || NO_BODIES.has(metatype)) return value;
    const body = plainToInstance(metatype as Type<object>, value ?? {}, { ignoreDecorators: true });
    const [first] = validateSync(body, RULES);
    if (first) throw invalidMember(first.property, firstReason(first));
    return body;
  }
}
