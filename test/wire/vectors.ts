import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Envelope } from '../../src/wire/operation/contract';
import type { RawRequest } from './raw-http';

/** One recorded exchange with the legacy service. */
export interface Vector {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string | readonly string[]>>;
    readonly bodyBase64: string;
    readonly transferEncoding?: string;
  };
  /** What the operation returned; absent when none was reached. */
  readonly actionReturns?: Envelope | null | 'throw';
  /** What reading gave. */
  readonly observed?: {
    readonly reached: boolean;
    readonly bound: Readonly<Record<string, string | null>> | null;
    readonly modelStateValid: boolean;
  };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly bodyBase64: string;
  };
}

const FOLDER = join(__dirname, '..', 'fixtures', 'wire');

/** The files of vectors, in order. */
export function vectorFiles(): string[] {
  return readdirSync(FOLDER).sort();
}

export function readVectors(file: string): Vector[] {
  const vectors = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Vector[];
  return vectors.map((vector) => (vector.name === LONE_SURROGATE ? withSurrogate(vector) : vector));
}

// The recorder wrote this one's half character as U+FFFD; the request and the note still tell it.
const LONE_SURROGATE = 'xml-charref-lone-surrogate';

function withSurrogate(vector: Vector): Vector {
  const text = JSON.stringify(vector.actionReturns).replace('\ufffd', '\\ud83d');
  return { ...vector, actionReturns: JSON.parse(text) as Envelope };
}

export function requestOf({ request }: Vector): RawRequest {
  return {
    method: request.method,
    path: request.path,
    headers: request.headers,
    body: Buffer.from(request.bodyBase64, 'base64'),
    chunked: request.transferEncoding === 'chunked',
  };
}
