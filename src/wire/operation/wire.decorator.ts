import { CustomDecorator, SetMetadata } from '@nestjs/common';
import { RequestContract, ResultContract } from './contract';

/** What an operation takes and answers. */
export interface WireOperation {
  /** Absent for an operation that takes no body; then none is read. */
  readonly request?: RequestContract;
  readonly result: ResultContract;
}

/** Metadata key of the operation on its handler. */
export const WIRE = Symbol('Wire');

/**
 * Puts a controller method on the wire: its body is read from JSON, XML, form or BSON into a flat
 * record before validation, and the envelope it returns is written in the format the caller wants.
 *
 * ```ts
 * @Post('Query')
 * @Wire({ request: AliPayQueryParm, result: PayStatusResult })
 * async query(@Body() body: QueryDto): Promise<Envelope> {
 *   return { errcode: 0, errmsg: 'ok', tag: await this.queryReceipt.run(toQuery(body)) };
 * }
 * ```
 */
export function Wire(operation: WireOperation): CustomDecorator<symbol> {
  return SetMetadata(WIRE, operation);
}
