/** Whether the books can be used, for the readiness of the service. */
export interface DatabaseStatus {
  /**
   * Null when the database answers, its schema is up to date and units of work get through;
   * otherwise what is wrong, fit to show: no address, user or statement in it. Bounded in time (a
   * unit of work), never rejects.
   */
  problem(): Promise<string | null>;
}

/** Injection token of the `DatabaseStatus`. */
export const DATABASE_STATUS = Symbol('DatabaseStatus');
