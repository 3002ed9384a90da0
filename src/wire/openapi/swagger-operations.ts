import { RequestMethod } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { INestApplication } from '@nestjs/common';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { WIRE } from '../operation/wire.decorator';
import type { WireOperation } from '../operation/wire.decorator';
import { DOCUMENTED } from '../operation/operation-description';
import type { OperationDescription } from '../operation/operation-description';
import type { ServedOperation } from './openapi-types';

type Handler = (...args: never[]) => unknown;

/** A handler on the wire, whether it is documented or not. */
export interface WireHandler {
  readonly name: string;
  readonly verb: 'get' | 'post';
  readonly paths: readonly [string, ...string[]];
  readonly wire: WireOperation;
  readonly description: OperationDescription | undefined;
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

/** The operations to document. A handler without a description is left out; a test finds it. */
export function servedOperations(app: INestApplication): ServedOperation[] {
  return wireHandlers(app).flatMap(({ description, ...handler }) =>
    description ? [{ ...handler, description }] : [],
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
      description: Reflect.getMetadata(DOCUMENTED, handler) as OperationDescription | undefined,
    },
  ];
}

function pathsOf(target: object): string[] {
  const path = Reflect.getMetadata(PATH_METADATA, target) as string | string[] | undefined;
  return [path ?? ''].flat();
}
