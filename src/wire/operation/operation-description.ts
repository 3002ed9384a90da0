import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import type { ErrorCode } from '../../domain/errors';

/** The same sentence in the two languages of the documents. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

/** One member of a request or of a tag, for people and for tools. */
export interface MemberDescription {
  readonly meaning: Bilingual;
  /** Must a request bring it? Members of answers are always there. */
  readonly required?: true;
  /** UTF-16 units; null: any length. */
  readonly maxLength: number | null;
  /** The only values there are. */
  readonly allowed?: readonly string[];
  /** Smallest and largest number, for a decimal member. */
  readonly range?: readonly [min: number, max: number];
  /** A value that works, as JSON has it. */
  readonly example: string | number | boolean;
}

/** A whole request that works, or a whole tag that is answered. */
export interface Sample {
  readonly title: Bilingual;
  readonly values: Readonly<Record<string, string | number | boolean | null>>;
}

/** A refusal the operation itself may answer. */
export interface RefusalDescription {
  readonly code: ErrorCode;
  /** The tag that comes with it; absent: null. */
  readonly tag?: Readonly<Record<string, string | null>>;
}

/** What the documents say of an operation; formats and schemas come from its wire contracts. */
export interface OperationDescription {
  readonly summary: Bilingual;
  readonly description: Bilingual;
  readonly request: Readonly<Record<string, MemberDescription>>;
  readonly result: Readonly<Record<string, MemberDescription>>;
  /** Requests, the one to begin with first; together they name every member. */
  readonly requestSamples: readonly Sample[];
  /** Tags of answers with errcode 0. */
  readonly resultSamples: readonly Sample[];
  /** What it refuses besides what every operation may. */
  readonly refusals: readonly RefusalDescription[];
}

/** Metadata key of the description on its handler. */
export const DOCUMENTED = Symbol('Documented');

/** Documents a `@Wire` handler. The framework's own explorer, which knows one format, skips it. */
export function Documented(description: OperationDescription): MethodDecorator {
  return applyDecorators(SetMetadata(DOCUMENTED, description), ApiExcludeEndpoint());
}
