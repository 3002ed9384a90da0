import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { PayError } from '../../domain/errors';
import { UNSUPPORTED_ENCODING } from '../http-error';

/** Why a body is refused before a byte of it is read; null when it is not. */
function refusal(request: Request, limitBytes: number): PayError | null {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    const shown = UNSUPPORTED_ENCODING;
    return new PayError('UNSUPPORTED_MEDIA', 'the body is compressed', { shown });
  }
  const announced = Number(request.headers['content-length'] ?? 0);
  return announced > limitBytes ? tooLarge(limitBytes) : null;
}

function tooLarge(limitBytes: number): PayError {
  return new PayError('BODY_TOO_LARGE', `the body is larger than ${limitBytes} bytes`);
}

function readTo(request: Request, limitBytes: number, next: NextFunction): void {
  const pieces: Buffer[] = [];
  let length = 0;
  const settle = (error?: PayError): void => {
    request.off('data', onData).off('end', onEnd).off('close', onBreak).off('error', onBreak);
    request.on('error', () => undefined); // A client that breaks off later is nobody's fault here.
    next(error);
  };
  const onData = (piece: Buffer): void => {
    length += piece.length;
    if (length > limitBytes) settle(tooLarge(limitBytes));
    else pieces.push(piece);
  };
  const onEnd = (): void => {
    const [only, ...more] = pieces;
    request.body = only && more.length === 0 ? only : Buffer.concat(pieces, length);
    settle();
  };
  const onBreak = (): void => settle(new PayError('UNREADABLE', 'the client broke off'));
  request.on('data', onData).on('end', onEnd).on('close', onBreak).on('error', onBreak);
}

/**
 * Reads the body of every request, whatever its media type, into `request.body` as bytes; it stays
 * undefined where there is none. Unlike express's own reader it refuses a body at the first byte
 * too many and not only at its end, which may never come. `leftToRoute`: whose body is not touched.
 */
export function rawBody(
  limitBytes: number,
  leftToRoute: (request: Request) => boolean = () => false,
): RequestHandler {
  return (request: Request, _response: Response, next: NextFunction): void => {
    if (leftToRoute(request)) return next();
    const { headers } = request;
    const isThere =
      headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
    const refused = isThere ? refusal(request, limitBytes) : null;
    if (isThere && refused === null) readTo(request, limitBytes, next);
    else next(refused ?? undefined);
  };
}
