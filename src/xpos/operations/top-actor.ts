/** How the history of a receipt names an app of TOP. */
export function topActor(appKey: string): string {
  return `top:${appKey}`.slice(0, 64);
}
