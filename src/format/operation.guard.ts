import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { Note } from '../domain/note';
import { WIRE, WireOperation } from './wire.decorator';

const OPERATION = new Note<WireOperation>('the operation of a request');

/** The operation a request or message was routed to; null where none is known (yet). */
export function operationOf(request: object): WireOperation | null {
  return OPERATION.of(request);
}

/** The operation a handler carries. */
export function wireOf(context: ExecutionContext): WireOperation | undefined {
  return Reflect.getMetadata(WIRE, context.getHandler()) as WireOperation | undefined;
}

/**
 * Lets everything pass and notes the operation, because the error filter is not told the handler.
 * It only helps guards that come after it: import FormatModule before modules with global guards.
 */
@Injectable()
export class OperationGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const operation = wireOf(context);
    if (!operation) return true;
    const isHttp = context.getType() === 'http';
    const call = isHttp
      ? context.switchToHttp().getRequest<object>()
      : context.switchToRpc().getContext<object>();
    OPERATION.put(call, operation);
    return true;
  }
}
