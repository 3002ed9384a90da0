import { Injectable } from '@nestjs/common';
import type { ArgumentMetadata, PipeTransform, Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { invalidMember } from './refusal';
import { Rules } from './rules';

/** What a handler says of an argument that is no body of an operation. */
const NO_BODIES: ReadonlySet<unknown> = new Set([undefined, Object, Buffer, String]);

/**
 * Checks bodies against their DTO. The first invalid member, in declaration order, is named to the
 * caller; texts of rules are shown, so they must not repeat the value. Bodies are flat records by
 * now: Nest's own pipe would look for prototypes, gaps and binary data in them once more.
 * @throws PayError INVALID_MEMBER
 */
@Injectable()
export class WireValidationPipe implements PipeTransform {
  private readonly known = new Map<unknown, Rules>();

  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type !== 'body' || NO_BODIES.has(metatype)) return value;
    const dto = metatype as Type<object>;
    const body = plainToInstance(dto, value ?? {}, { ignoreDecorators: true });
    const rules = this.rulesOf(dto);
    rules.strip(body);
    const violation = rules.firstViolation(body);
    if (violation) throw invalidMember(violation.property, violation.reason);
    return body;
  }

  private rulesOf(dto: Type<object>): Rules {
    const known = this.known.get(dto) ?? new Rules(dto);
    this.known.set(dto, known);
    return known;
  }
}
