import { Injectable } from '@nestjs/common';
import type { ArgumentMetadata, PipeTransform, Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { invalidMember } from './refusal';

/** What a handler says of an argument that is no body of an operation. */
const NO_BODIES: ReadonlySet<unknown> = new Set([undefined, Object, Buffer, String]);

/**
 * Makes the DTO of a body and checks it; what has no rule is taken away. The first invalid member,
 * in declaration order, is named to the caller; texts of rules are shown, so they must not repeat
 * the value. A rule that waits for its verdict is never asked (`test/wire/dto-rules.spec.ts`).
 * @throws PayError INVALID_MEMBER
 */
@Injectable()
export class WireValidationPipe implements PipeTransform {
  transform(value: unknown, { type, metatype }: ArgumentMetadata): unknown {
    if (type !== 'body' || NO_BODIES.has(metatype)) return value;
    const body = plainToInstance(metatype as Type<object>, value ?? {});
    const [first] = validateSync(body, { whitelist: true, stopAtFirstError: true });
    if (first === undefined) return body;
    const [reason = 'is invalid'] = Object.values(first.constraints ?? {});
    throw invalidMember(first.property, reason);
  }
}
