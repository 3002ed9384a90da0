/** Lets callers that ask for the same thing at the same time share one piece of work. */
export class SingleFlight<Key, Result> {
  private readonly flights = new Map<Key, Promise<Result>>();

  /** The work under way for `key`, or `start()` when there is none. Errors are shared too. */
  share(key: Key, start: () => Promise<Result>): Promise<Result> {
    const flying = this.flights.get(key);
    if (flying) return flying;
    const flight = start().finally(() => this.flights.delete(key));
    this.flights.set(key, flight);
    return flight;
  }
}
