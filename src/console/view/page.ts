import type { SheetFile } from '../../receipts/export/send-file';

/** A page to show: the name of its template, and what stands in it. */
export class Page {
  constructor(
    readonly view: string,
    readonly data: object,
    /** HTTP status. */
    readonly status = 200,
  ) {}
}

/** A file to save. */
export class Download implements SheetFile {
  constructor(
    readonly name: string,
    readonly pieces: AsyncGenerator<string>,
  ) {}
}

/** What a visit ends with. */
export type Answer = Page | Goto | Download;

/** Where to go on: a path of the console. */
export class Goto {
  constructor(
    readonly path: string,
    /** Cookies to set. */
    readonly cookies: readonly string[] = [],
  ) {}
}

/** A path of the console that a request asks to be sent back to; the start where it is none. */
export function ownPath(asked: string | null): string {
  const isOurs = asked !== null && /^\/console(?:\/[\w./-]*)?(?:\?[\w=&%.+:/~-]*)?$/.test(asked);
  return isOurs && !/\/\/|\.\./.test(asked) ? asked : '/console';
}
