import { SetMetadata } from '@nestjs/common';
import type * as Swagger from '@nestjs/swagger';

/** The decorators of `@nestjs/swagger`. */
export type Words = typeof Swagger;

/** What is to be said of a controller or of a handler. */
export type Saying = (words: Words) => readonly (ClassDecorator | MethodDecorator)[];

/** Metadata key of a `Saying`. */
export const SAYING = Symbol('Saying');

/**
 * Says something of a controller or of a handler to the document. It is kept until a document is
 * made: where none is served, as in production, `@nestjs/swagger` is never loaded.
 */
export function Documented(saying: Saying): ClassDecorator & MethodDecorator {
  return SetMetadata(SAYING, saying);
}

/** Keeps a handler out of the document. */
export function Undocumented(): MethodDecorator {
  return Documented(({ ApiExcludeEndpoint }) => [ApiExcludeEndpoint()]);
}

/** Keeps a controller out of the document. */
export function UndocumentedController(): ClassDecorator {
  return Documented(({ ApiExcludeController }) => [ApiExcludeController()]);
}
