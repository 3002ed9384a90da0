/** What express's router holds, as far as we look: the one place that reads it. */
interface RouterLayer {
  readonly name: string;
  readonly route?: {
    readonly path: string;
    readonly methods: Readonly<Record<string, boolean | undefined>>;
  };
  match(path: string): boolean;
}

/** An express application; its router is there once something was put on it. */
interface RoutedServer {
  readonly router?: { readonly stack: readonly RouterLayer[] };
}

/** The HTTP adapter of an application. */
interface Adapter {
  getInstance(): unknown;
}

/** A route of the running application: a verb in capitals and the path the router has. */
export interface ServedRoute {
  readonly verb: string;
  readonly path: string;
}

/** Every route the router of an initialised application would serve. */
export function servedRoutes(adapter: Adapter): ServedRoute[] {
  return layersOf(adapter).flatMap(({ route }) =>
    route ? verbsOfRoute(route.methods).map((verb) => ({ verb, path: route.path })) : [],
  );
}

/** The names of what serves whole folders and is not bound to `folder`, which ends with `/`. */
export function foldersOutside(adapter: Adapter, folder: string): string[] {
  return layersOf(adapter)
    .filter(({ name }) => name === 'serveStatic' || name === 'router')
    .filter((layer) => matches(layer, '/') || !matches(layer, `${folder}file`))
    .map(({ name }) => name);
}

/** The verbs a path is served for, in capitals and sorted; empty when there is no such path. */
export function verbsOf(adapter: Adapter, path: string): string[] {
  const verbs = new Set<string>();
  for (const layer of layersOf(adapter)) {
    if (!layer.route || !matches(layer, path)) continue;
    for (const verb of verbsOfRoute(layer.route.methods)) verbs.add(verb);
  }
  if (verbs.has('GET')) verbs.add('HEAD'); // Express serves it by the GET route.
  return [...verbs].sort();
}

function verbsOfRoute(methods: object): string[] {
  return Object.keys(methods).map((verb) => (verb === '_all' ? 'ALL' : verb.toUpperCase()));
}

function matches(layer: RouterLayer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false; // A path parameter that cannot be decoded matches nothing.
  }
}

function layersOf(adapter: Adapter): readonly RouterLayer[] {
  return (adapter.getInstance() as RoutedServer).router?.stack ?? [];
}
