import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { INestApplication, Type } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { DECLARED, WIRE } from '../operation/operation';
import type { OperationDeclaration, WireOperation } from '../operation/operation';
import { SAYING } from './documented';
import type { Saying, Words } from './documented';
import type { ServedOperation } from './openapi-types';

type Handler = (...args: never[]) => unknown;

/** A handler on the wire, whether it is declared whole or not. */
export interface WireHandler {
  readonly name: string;
  readonly verb: 'get' | 'post';
  readonly paths: readonly [string, ...string[]];
  readonly wire: WireOperation;
  readonly declared: OperationDeclaration | undefined;
}

/** A controller with its methods by their name. */
interface FoundController {
  readonly controller: Type;
  readonly methods: readonly (readonly [name: string, method: Handler])[];
}

/** Every `@Wire` handler of an application, in the order of its controllers. */
export function wireHandlers(app: INestApplication): WireHandler[] {
  return controllersOf(app).flatMap(({ controller, methods }) =>
    methods.flatMap(([name, method]) => wireHandler(controller, name, method)),
  );
}

/** The operations to document. One that is not declared is left out; a test finds it. */
export function servedOperations(app: INestApplication): ServedOperation[] {
  return wireHandlers(app).flatMap(({ declared, ...handler }) =>
    declared ? [{ ...handler, declared }] : [],
  );
}

/** Has everything said that controllers and handlers have to say, and that was not said before. */
export function sayAll(app: INestApplication, words: Words): void {
  for (const { controller, methods } of controllersOf(app)) {
    for (const word of sayingsOf(controller, words)) (word as ClassDecorator)(controller);
    for (const [name, method] of methods) {
      const said = sayingsOf(method, words) as readonly MethodDecorator[];
      for (const word of said) word(controller.prototype as object, name, { value: method });
    }
  }
}

function sayingsOf(target: Type | Handler, words: Words): ReturnType<Saying> {
  const saying = Reflect.getOwnMetadata(SAYING, target) as Saying | undefined;
  Reflect.deleteMetadata(SAYING, target);
  return saying?.(words) ?? [];
}

function controllersOf(app: INestApplication): FoundController[] {
  const scanner = new MetadataScanner();
  const found: FoundController[] = [];
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype !== 'function') continue;
      const controller = metatype as Type;
      const prototype = controller.prototype as Readonly<Record<string, Handler>>;
      const names = scanner.getAllMethodNames(prototype);
      const methods = names.map((name) => [name, prototype[name] as Handler] as const);
      found.push({ controller, methods });
    }
  }
  return found;
}

function wireHandler(controller: object, name: string, handler: Handler): WireHandler[] {
  const wire = Reflect.getMetadata(WIRE, handler) as WireOperation | undefined;
  if (!wire) return [];
  const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod;
  const ends = pathsOf(handler);
  const [first, ...others] = pathsOf(controller).flatMap((base) =>
    ends.map((end) => `/${base}/${end}`.replace(/\/+/g, '/')),
  );
  if (first === undefined) return [];
  return [
    {
      name,
      verb: method === RequestMethod.GET ? 'get' : 'post',
      paths: [first, ...others],
      wire,
      declared: Reflect.getMetadata(DECLARED, handler) as OperationDeclaration | undefined,
    },
  ];
}

function pathsOf(target: object): string[] {
  const path = Reflect.getMetadata(PATH_METADATA, target) as string | string[] | undefined;
  return [path ?? ''].flat();
}
