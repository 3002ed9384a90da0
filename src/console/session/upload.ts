import busboy from 'busboy';
import type { Request } from 'express';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { PayError } from '../../domain/errors';

/** Where a file is sent to. Its body is read here, by whoever knows who sends it. */
export const UPLOAD_PATH = '/console/reconciliation/take';
/** The largest body: some millions of rows, packed. */
export const MOST_UPLOAD_BYTES = 64 * 1024 * 1024;

const FEW_FIELDS = { fields: 8, fieldNameSize: 50, fieldSize: 1_000, files: 1, parts: 9 };

/** Does a request bring a file? Then nobody else may read its body. */
export function isUpload({ method, path }: Request): boolean {
  return method === 'POST' && path.toLowerCase().replace(/\/$/, '') === UPLOAD_PATH;
}

/** A file that somebody sent, in a folder of its own that nobody else can read. */
export interface UploadedFile {
  readonly path: string;
  /** Whoever takes the file takes it away in the end. */
  remove(): Promise<void>;
}

/** A form with a file. */
export interface Upload {
  readonly form: URLSearchParams;
  readonly file: UploadedFile;
}

/**
 * Reads a form whose last part is a file. `check` is given the fields before it and throws where
 * nothing is to be kept of it. @throws PayError UNREADABLE, BODY_TOO_LARGE, and what `check` throws
 */
export async function receiveUpload(
  request: Request,
  check: (form: URLSearchParams) => void,
  mostBytes = MOST_UPLOAD_BYTES,
): Promise<Upload> {
  if (Number(request.headers['content-length'] ?? 0) > mostBytes) throw tooLarge(mostBytes);
  const folder = await mkdtemp(join(tmpdir(), '3pay-upload-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'bill.zip');
  try {
    const form = await readParts(request, path, check, mostBytes);
    return { form, file: { path, remove } };
  } catch (error) {
    await remove();
    throw error;
  }
}

function readParts(
  request: Request,
  path: string,
  check: (form: URLSearchParams) => void,
  mostBytes: number,
): Promise<URLSearchParams> {
  const parser = parserOf(request, mostBytes);
  const form = new URLSearchParams();
  return new Promise<URLSearchParams>((resolve, reject) => {
    let writing: Promise<void> | null = null;
    parser.on('field', (name, value, { valueTruncated }) => {
      if (valueTruncated) reject(unreadable('a field is too long'));
      else form.append(name, value);
    });
    parser.on('file', (_name, bytes) => {
      try {
        check(form);
      } catch (error) {
        bytes.resume();
        reject(error instanceof Error ? error : unreadable('refused'));
        return;
      }
      bytes.on('limit', () => reject(tooLarge(mostBytes)));
      writing = pipeline(bytes, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
      writing.catch(reject);
    });
    for (const limit of ['fieldsLimit', 'filesLimit', 'partsLimit'] as const) {
      parser.on(limit, () => reject(unreadable('it has too many parts')));
    }
    parser.on('error', () => reject(unreadable('it is no form')));
    parser.on('close', () => {
      if (writing === null) reject(unreadable('it brings no file'));
      else writing.then(() => resolve(form), reject);
    });
    request.on('close', () => {
      if (!request.complete) reject(unreadable('the client broke off'));
    });
    request.pipe(parser);
  }).finally(() => request.unpipe(parser));
}

function parserOf(request: Request, mostBytes: number): busboy.Busboy {
  try {
    // The parser stops at a file that reaches its limit.
    const limits = { ...FEW_FIELDS, fileSize: mostBytes + 1 };
    return busboy({ headers: request.headers, limits });
  } catch {
    throw unreadable('it is no form with a file');
  }
}

function unreadable(why: string): PayError {
  return new PayError('UNREADABLE', `an upload: ${why}`);
}

function tooLarge(mostBytes: number): PayError {
  return new PayError('BODY_TOO_LARGE', `an upload of more than ${mostBytes} bytes`);
}
