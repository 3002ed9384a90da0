import type { OpenAPIObject } from '@nestjs/swagger';
import type { StatusStyle } from '../wire.options';
import type { OperationDeclaration, WireOperation } from '../operation/operation';
import type { Bilingual } from '../operation/wire-type';

/** The whole document. */
export type Document = OpenAPIObject;
export type PathItem = Document['paths'][string];
export type Operation = NonNullable<PathItem['post']>;
export type Responses = Operation['responses'];
type Answered = Exclude<NonNullable<Responses[string]>, { $ref: string }>;
export type Headers = NonNullable<Answered['headers']>;
export type RequestBody = Exclude<NonNullable<Operation['requestBody']>, { $ref: string }>;
export type Content = RequestBody['content'];
export type MediaType = Content[string];
export type Examples = NonNullable<MediaType['examples']>;
export type Schemas = NonNullable<NonNullable<Document['components']>['schemas']>;
export type SchemaOrRef = Schemas[string];
export type Schema = Exclude<SchemaOrRef, { $ref: string }>;

/** An operation of the wire as the application serves it. */
export interface ServedOperation {
  /** Name of the controller's method, such as `scanCode`. */
  readonly name: string;
  /** In small letters, such as `post`. */
  readonly verb: 'get' | 'post';
  /** With a slash in front; the first is the one to use, the others are aliases. */
  readonly paths: readonly [string, ...string[]];
  readonly wire: WireOperation;
  readonly declared: OperationDeclaration;
}

/** What the document depends on besides the operations. */
export interface DocumentOptions {
  readonly style: StatusStyle;
  /**
   * Where keys are asked for: does this path ask for one? Swagger UI then sends the one it was
   * given.
   */
  readonly asksForKey?: (path: string) => boolean;
}

/** Both languages, one after the other. */
export function both(text: Bilingual, between = '\n\n'): string {
  return `${text.zh}${between}${text.en}`;
}
