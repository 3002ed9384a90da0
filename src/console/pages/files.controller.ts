import { Controller, Get, Param, Res } from '@nestjs/common';
import type { Response } from 'express';
import { PayError } from '../../domain/errors';
import { UndocumentedController } from '../../wire/openapi/documented';
import { readPageFiles } from '../view/page-files';

/** Style sheets and scripts of the console; there is nothing in them that nobody may see. */
@UndocumentedController()
@Controller('console/files')
export class FilesController {
  private readonly files = readPageFiles();

  @Get(':name')
  send(@Param('name') name: string, @Res() response: Response): void {
    const file = this.files.get(name);
    if (!file) throw new PayError('NO_ROUTE', `no file of the console: ${name}`);
    response
      .set({ ETag: file.etag, 'Cache-Control': 'no-cache', 'X-Content-Type-Options': 'nosniff' })
      .type(file.type)
      .send(file.content);
  }
}
