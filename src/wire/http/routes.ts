/** The parts of express's router that tell which verbs a path knows. */
interface RouterLayer {
  readonly route?: { readonly methods: Readonly<Record<string, boolean | undefined>> };
  match(path: string): boolean;
}

/** An express application, as far as its routes go. */
export interface RoutedApp {
  readonly router?: { readonly stack: readonly RouterLayer[] };
}

function matches(layer: RouterLayer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    return false; // A path parameter that cannot be decoded matches nothing.
  }
}

/** The verbs a path is served for, in capitals and sorted; empty when there is no such path. */
export function verbsOf(app: RoutedApp, path: string): string[] {
  const verbs = new Set<string>();
  for (const layer of app.router?.stack ?? []) {
    if (!layer.route || !matches(layer, path)) continue;
    for (const verb of Object.keys(layer.route.methods)) verbs.add(verb.toUpperCase());
  }
  if (verbs.has('GET')) verbs.add('HEAD'); // Express serves it by the GET route.
  return [...verbs].sort();
}
