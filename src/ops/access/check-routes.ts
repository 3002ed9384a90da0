import type { NestExpressApplication } from '@nestjs/platform-express';
import { foldersOutside, servedRoutes } from '../../wire/http/routes';
import { rightOf, verbIs } from '../rights';

/**
 * What the router would serve beside the table of rights: routes without a row, verbs not listed,
 * static files outside `/docs/`. Empty in order.
 */
export function routesWithoutRight(app: NestExpressApplication): string[] {
  const adapter = app.getHttpAdapter();
  const routes = servedRoutes(adapter)
    .filter(({ verb, path }) => {
      const row = rightOf(path);
      return row === null || !verbIs(row, verb);
    })
    .map(({ verb, path }) => `${verb} ${path}`);
  const files = foldersOutside(adapter, '/docs/').map((name) => `${name} outside /docs/`);
  return [...routes, ...files];
}

/** Closed unless listed: throws when the application would serve what the table does not list. */
export function checkRoutes(app: NestExpressApplication): void {
  const unlisted = routesWithoutRight(app);
  if (unlisted.length > 0) {
    throw new Error(`not in the table of rights (src/ops/rights.ts): ${unlisted.join(', ')}`);
  }
}
