/** A command must not do what it was asked for, and has changed nothing. Fit to print. */
export class Refusal extends Error {}
