import { applyDecorators, HttpCode, Post, SetMetadata } from '@nestjs/common';
import type { CustomDecorator } from '@nestjs/common';
import { MessagePattern } from '@nestjs/microservices';
import type { ErrorCode } from '../../domain/errors';
import { Undocumented } from '../openapi/documented';
import { resultContract } from './contract';
import type { RequestContract, ResultContract } from './contract';
import { requestContractOf, tagTypeOf } from './wire-type';
import type { Bilingual, ExampleRecord, WireClass } from './wire-type';

/** A whole request that works. */
export interface Sample {
  readonly title: Bilingual;
  readonly values: Readonly<Record<string, string | number | boolean | null>>;
}

/** A whole tag that is answered. */
export interface TagSample {
  readonly title: Bilingual;
  readonly values: ExampleRecord;
  /** The text of an answer that says more than `ok`. */
  readonly errmsg?: string;
}

/** A refusal the operation itself may answer. */
export interface RefusalDescription {
  readonly code: ErrorCode;
  /** The tag that comes with it; absent: null. */
  readonly tag?: Readonly<Record<string, string | null>>;
}

/** What the documents say of an operation besides its members. */
export interface OperationTexts {
  readonly summary: Bilingual;
  readonly description: Bilingual;
  /** Requests, the one to begin with first; together they name every member. */
  readonly requestSamples: readonly Sample[];
  /** Tags of answers with errcode 0. */
  readonly resultSamples: readonly TagSample[];
}

/** All there is to say of an operation; formats, rules and schemas come from its two classes. */
export interface OperationDeclaration extends OperationTexts {
  /** The pattern of its message. */
  readonly message: string;
  /** The class of its body. */
  readonly takes: WireClass;
  /** The class of the tag it answers. */
  readonly answers: WireClass;
  /** What it refuses besides what every operation may: a code, or one with the tag it brings. */
  readonly refuses: readonly (ErrorCode | RefusalDescription)[];
}

/** What an operation takes and answers. */
export interface WireOperation {
  /** Absent for an operation that takes no body; then none is read. */
  readonly request?: RequestContract;
  readonly result: ResultContract;
}

/** Metadata key of the `WireOperation` on its handler. */
export const WIRE = Symbol('Wire');

/** Metadata key of the `OperationDeclaration` on its handler. */
export const DECLARED = Symbol('Declared');

/**
 * Makes a controller method an operation: served as POST of `path` and as a message, its body read
 * from JSON, XML, form or BSON, checked and made an instance of `takes`, its envelope written in
 * the format the caller wants, and all of it documented.
 *
 * ```ts
 * @Operation('Query', { ...queryTexts, message: '3pay.alipay.query', takes: QueryParm,
 *   answers: PayStatusResult, refuses: ['UNDECIDED', 'NO_RECEIPT'] })
 * async query(@Body() body: QueryParm): Promise<Envelope> {
 *   return { errcode: 0, errmsg: 'ok', tag: await this.queryReceipt.run(toQuery(body)) };
 * }
 * ```
 */
export function Operation(path: string, declared: OperationDeclaration): MethodDecorator {
  const request = requestContractOf(declared.takes);
  const result = resultContract(tagTypeOf(declared.answers));
  return applyDecorators(
    Post(path),
    MessagePattern(declared.message),
    HttpCode(200),
    Wire({ request, result }),
    SetMetadata(DECLARED, declared),
    Undocumented(), // The framework's own explorer knows one format.
  );
}

/** The part of an operation that the wire works by. */
export function Wire(operation: WireOperation): CustomDecorator<symbol> {
  return SetMetadata(WIRE, operation);
}
