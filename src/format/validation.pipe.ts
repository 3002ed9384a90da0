import { Injectable, ValidationError, ValidationPipe } from '@nestjs/common';
import * as classTransformer from 'class-transformer';
import * as classValidator from 'class-validator';
import { invalidMember } from './refusal';

function firstReason(error: ValidationError): string {
  const [reason] = Object.values(error.constraints ?? {});
  const [child] = error.children ?? [];
  return reason ?? (child ? firstReason(child) : 'is invalid');
}

/**
 * Checks bodies against their DTO. The first invalid member, in declaration order, is named to the
 * caller; texts of rules are shown, so they must not repeat the value.
 * @throws PayError INVALID_MEMBER
 */
@Injectable()
export class WireValidationPipe extends ValidationPipe {
  constructor() {
    super({
      transform: true,
      whitelist: true,
      stopAtFirstError: true,
      validationError: { target: false, value: false },
      validatorPackage: classValidator,
      transformerPackage: classTransformer,
      exceptionFactory: (errors) => {
        const [first] = errors;
        return first
          ? invalidMember(first.property, firstReason(first))
          : invalidMember('body', 'is invalid');
      },
    });
  }
}
