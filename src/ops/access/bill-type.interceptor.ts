import { Injectable } from '@nestjs/common';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { Observable } from 'rxjs';
import { isBillType } from '../../domain/bill';
import { contextOf } from '../../wire/request/request-context';
import { PayError } from '../../domain/errors';
import { aboutBillType } from '../../tracing/tracer';

/** A request whose body has been read by the WireInterceptor. */
interface ReadRequest {
  readonly body?: Body | null;
}

type Body = Readonly<Record<string, unknown>>;

/** What carries a body, a request or a message, and the body. */
function carriedBy(context: ExecutionContext): [carrier: object, body: Body | null | undefined] {
  if (context.getType() === 'http') {
    const request = context.switchToHttp().getRequest<ReadRequest>();
    return [request, request.body];
  }
  const message = context.switchToRpc();
  return [message.getContext<object>(), message.getData<Body | null>()];
}

/**
 * Refuses bodies for a bill type that the key does not speak for, before anything is looked up.
 * What is no bill type at all is left to validation. Comes after the WireInterceptor.
 */
@Injectable()
export class BillTypeInterceptor implements NestInterceptor {
  /** @throws PayError FORBIDDEN */
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const [carrier, body] = carriedBy(context);
    const caller = contextOf(carrier).caller;
    const billType = body?.['billtype'];
    if (typeof billType !== 'string' || !isBillType(billType)) return next.handle();
    aboutBillType(billType);
    if (caller?.billTypes.includes(billType) === false) {
      throw new PayError('FORBIDDEN', `${caller.name}: bill type ${billType}`);
    }
    return next.handle();
  }
}
