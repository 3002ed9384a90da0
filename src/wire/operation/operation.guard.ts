import { CanActivate, ExecutionContext, Injectable } from '@nestjs/common';
import { contextOf } from '../request/request-context';
import { WIRE, WireOperation } from './operation';

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
    contextOf(call).operation = operation as WireOperation;
    return true;
  }
}
