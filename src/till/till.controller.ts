import { Controller, Get, Inject, Param, Res } from '@nestjs/common';
import type { Response } from 'express';
import { PayError } from '../domain/errors';
import { UndocumentedController } from '../wire/openapi/documented';
import { readPage, readTillFiles, type TillFile } from './till-files';
import { TILL_OPTIONS, type TillOptions } from './till-options';

const HEADERS = {
  'Content-Security-Policy': [
    "default-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cache-Control': 'no-cache',
} as const;

/** The demo till: a page at `/` and its files, all read once at start. */
@UndocumentedController()
@Controller()
export class TillController {
  private readonly page: TillFile;
  private readonly files: ReadonlyMap<string, TillFile>;

  constructor(@Inject(TILL_OPTIONS) options: TillOptions) {
    this.page = readPage(options);
    this.files = readTillFiles();
  }

  @Get('/')
  sendPage(@Res() response: Response): void {
    send(response, this.page);
  }

  @Get('/till/:name')
  sendFile(@Param('name') name: string, @Res() response: Response): void {
    this.sendNamed(name, response);
  }

  /** A file of a room, such as `money/watch.js`. */
  @Get('/till/:room/:name')
  sendFileOf(
    @Param('room') room: string,
    @Param('name') name: string,
    @Res() response: Response,
  ): void {
    this.sendNamed(`${room}/${name}`, response);
  }

  private sendNamed(path: string, response: Response): void {
    const file = this.files.get(path);
    if (!file) throw new PayError('NO_ROUTE', `no file of the till: ${path}`);
    send(response, file);
  }
}

function send(response: Response, file: TillFile): void {
  response
    .set({ ...HEADERS, ETag: file.etag })
    .type(file.type)
    .send(file.content);
}
