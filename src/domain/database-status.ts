/** Whether the books can be used, for the readiness of the service. */
export interface DatabaseStatus {
  /**
   * Null when the database answers and its schema is up to date; otherwise what is wrong, fit to
   * show: no address, user or statement in it. Bounded in time, never rejects.
   */
  problem(): Promise<string | null>;
}

/** Injection token of the `DatabaseStatus`. */
export const DATABASE_STATUS = Symbol('DatabaseStatus');
