const ACCEPTED = /^[\w.:-]{1,64}$/;

/** Numbers requests: the caller's own id where it is harmless, else one of ours. */
export class RequestIds {
  private count = 0;

  /** `prefix` tells processes and lives of a process apart. */
  constructor(private readonly prefix: string) {}

  /** The id for a request that brings this header. */
  take(brought: string | string[] | undefined): string {
    if (typeof brought === 'string' && ACCEPTED.test(brought)) return brought;
    this.count += 1;
    return `${this.prefix}-${this.count.toString(36)}`;
  }
}
