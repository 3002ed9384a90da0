import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { INestApplication } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { DECLARED, WIRE } from '../operation/operation';
import type { OperationDeclaration, WireOperation } from '../operation/operation';
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

/** Every `@Wire` handler of an application, in the order of its controllers. */
export function wireHandlers(app: INestApplication): WireHandler[] {
  const scanner = new MetadataScanner();
  const found: WireHandler[] = [];
  for (const module of app.get(ModulesContainer).values()) {
    for (const { metatype } of module.controllers.values()) {
      if (typeof metatype !== 'function') continue;
      const prototype = metatype.prototype as Readonly<Record<string, Handler>>;
      for (const name of scanner.getAllMethodNames(prototype)) {
        const handler = prototype[name];
        if (handler) found.push(...wireHandler(metatype, name, handler));
      }
    }
  }
  return found;
}

/** The operations to document. One that is not declared is left out; a test finds it. */
export function servedOperations(app: INestApplication): ServedOperation[] {
  return wireHandlers(app).flatMap(({ declared, ...handler }) =>
    declared ? [{ ...handler, declared }] : [],
  );
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
