import { ConfigError } from '../config/reading/config-error';
import { PayError } from '../domain/errors';

/** What the process ends with; docs/operating.md explains them. */
export const EXIT = {
  /** Stopped in order. */
  stopped: 0,
  /** A defect, or a stop that took too long. */
  defect: 1,
  configuration: 2,
  address: 3,
  database: 4,
} as const;

/** Why the service did not start. */
export interface StartFailure {
  readonly exitCode: number;
  /**
   * For the operator: what, and what to do. One line; a wrong configuration: one
   * a setting; a defect: with its stack.
   */
  readonly text: string;
}

interface Coded {
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly address?: string;
  readonly port?: number;
  readonly cause?: unknown;
}

const ADDRESS_CODES: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is taken by another process: stop it, or set PORT',
  EACCES: 'is not allowed for this user: set PORT to 1024 or higher',
  EADDRNOTAVAIL: 'is no address of this machine: set HOST',
  ENOTFOUND: 'is no name of this machine: set HOST',
  EAI_AGAIN: 'is no name of this machine: set HOST',
};

/** What a listener asks of the system. Folders are refused with the same codes. */
const NETWORK_CALLS: ReadonlySet<unknown> = new Set(['listen', 'bind', 'getaddrinfo']);
/** Errors that name the setting of the address that was not to be had. */
const NAMED_ADDRESS = /^(?:MICROSERVICE_URL|SIM_PORT|SIM_PORT and HOST): /;

/** What to say of an error that ended the start. */
export function startFailure(error: unknown): StartFailure {
  if (error instanceof ConfigError) return { exitCode: EXIT.configuration, text: error.message };
  if (error instanceof Error && NAMED_ADDRESS.test(error.message)) {
    return { exitCode: EXIT.address, text: firstLine(error.message) };
  }
  for (let each: unknown = error, depth = 0; isCoded(each) && depth < 5; depth += 1) {
    const code = String(each.code);
    const about = ADDRESS_CODES[code];
    if (about !== undefined && NETWORK_CALLS.has(each.syscall)) {
      const where = [each.address, each.port].filter((part) => part !== undefined).join(':');
      return { exitCode: EXIT.address, text: `HOST and PORT: ${where || 'the address'} ${about}` };
    }
    if (each instanceof PayError && each.code === 'DATABASE_UNAVAILABLE') {
      const detail = firstLine(each.message).replace('DATABASE_UNAVAILABLE: ', '');
      const text = `DATABASE_URL: the database cannot be opened: ${detail}`;
      return { exitCode: EXIT.database, text };
    }
    each = each.cause;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: EXIT.defect, text };
}

function isCoded(error: unknown): error is Coded {
  return typeof error === 'object' && error !== null;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
