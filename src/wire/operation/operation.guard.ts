import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { Note } from '../request/note';
import { WIRE, WireOperation } from './operation';

const OPERATION = new Note<WireOperation>('the operation of a request');

/** The operation a request or message was routed to; null where none is known (yet). */
export function operationOf(request: object): WireOperation | null {
  return OPERATION.of(request);
}

/**
 * Lets everything pass and notes the operation its handler carries, for the interceptor and for the
 * error filter, which is not told the handler.
 * It only helps guards that come after it: import WireModule before modules with global guards.
 */
@Injectable()
export class OperationGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const operation: unknown = Reflect.getMetadata(WIRE, context.getHandler());
    if (!operation) return true;
    const isHttp = context.getType() === 'http';
    const call = isHttp
      ? context.switchToHttp().getRequest<object>()
      : context.switchToRpc().getContext<object>();
    OPERATION.put(call, operation as WireOperation);
    return true;
  }
}
