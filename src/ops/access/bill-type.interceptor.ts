import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { isBillType } from '../../domain/bill';
import { callerOf } from '../../domain/caller';
import { PayError } from '../../domain/errors';

/** A request whose body has been read by the FormatInterceptor. */
interface ReadRequest {
  readonly body?: Readonly<Record<string, unknown>> | null;
}

/**
 * Refuses bodies for a bill type that the key does not speak for, before anything is looked up.
 * What is no bill type at all is left to validation. Comes after the FormatInterceptor.
 */
@Injectable()
export class BillTypeInterceptor implements NestInterceptor {
  /** @throws PayError FORBIDDEN */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<ReadRequest>();
    const caller = callerOf(request);
    if (caller === null) return next.handle();
    const billType = request.body?.['billtype'];
    if (typeof billType === 'string' && isBillType(billType)) {
      if (!caller.billTypes.includes(billType)) {
        throw new PayError('FORBIDDEN', `${caller.name}: bill type ${billType}`);
      }
    }
    return next.handle();
  }
}
