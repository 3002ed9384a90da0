import type { NestExpressApplication } from '@nestjs/platform-express';
import { rightOf, verbIs } from '../rights';

/** What express's router holds, as far as we look. */
interface RouterLayer {
  readonly name: string;
  readonly route?: {
    readonly path: string;
    readonly methods: Readonly<Record<string, boolean | undefined>>;
  };
  match(path: string): unknown;
}

interface RoutedServer {
  readonly router: { readonly stack: readonly RouterLayer[] };
}

/** A route of the running application: a verb in capitals and the path the router has. */
export interface ServedRoute {
  readonly verb: string;
  readonly path: string;
}

/** Every route the router of an initialised application would serve. */
export function servedRoutes(app: NestExpressApplication): ServedRoute[] {
  return layersOf(app).flatMap(({ route }) => {
    if (!route) return [];
    return Object.keys(route.methods).map((verb) => {
      return { verb: verb === '_all' ? 'ALL' : verb.toUpperCase(), path: route.path };
    });
  });
}

/**
 * What the router would serve beside the table of rights: routes without a row, verbs not listed,
 * static files outside `/docs/`. Empty in order.
 */
export function routesWithoutRight(app: NestExpressApplication): string[] {
  const routes = servedRoutes(app)
    .filter(({ verb, path }) => {
      const row = rightOf(path);
      return row === null || !verbIs(row, verb);
    })
    .map(({ verb, path }) => `${verb} ${path}`);
  const files = layersOf(app)
    .filter(({ name }) => name === 'serveStatic' || name === 'router')
    .filter((layer) => Boolean(layer.match('/')) || !layer.match('/docs/file'))
    .map(({ name }) => `${name} outside /docs/`);
  return [...routes, ...files];
}

/** Closed unless listed: throws when the application would serve what the table does not list. */
export function checkRoutes(app: NestExpressApplication): void {
  const unlisted = routesWithoutRight(app);
  if (unlisted.length > 0) {
    throw new Error(`not in the table of rights (src/ops/rights.ts): ${unlisted.join(', ')}`);
  }
}

function layersOf(app: NestExpressApplication): readonly RouterLayer[] {
  const server: unknown = app.getHttpAdapter().getInstance();
  return (server as RoutedServer).router.stack;
}
