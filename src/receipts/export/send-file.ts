import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';

/** A file for spreadsheets: UTF-8 text, in pieces that are made when they are asked for. */
export interface SheetFile {
  /** Without its ending. */
  readonly name: string;
  readonly pieces: AsyncGenerator<string>;
}

/**
 * Sends a file while it is made. Its first piece is read before anything is said: what cannot be
 * read is an error, and no empty file; of one that breaks later the connection breaks. False: the
 * caller has gone.
 */
export async function sendFile(
  request: Request,
  response: Response,
  { name, pieces }: SheetFile,
): Promise<boolean> {
  try {
    const first = await pieces.next();
    response.set({
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="${name}.csv"`,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    const sent = request.method === 'HEAD' ? [] : joined(first.done ? '' : first.value, pieces);
    await pipeline(Readable.from(sent), response);
    return true;
  } catch (error) {
    if (Reflect.get(error as object, 'code') !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
    return false;
  } finally {
    await pieces.return(undefined);
  }
}

async function* joined(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first;
  yield* rest;
}
