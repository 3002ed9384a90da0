import { All, Controller, Get, HttpCode, Post, Req, Res, UseFilters } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Undocumented } from '../../wire/openapi/documented';
import { contextOf } from '../../wire/request/request-context';
import { TopFilter } from './top.filter';
import { sendTop } from './top-reply';
import { DocumentedGet, DocumentedPost } from './top-router.documentation';
import { TopRouter } from './top-router.service';

/** TOP's own address, which SDKs have built in. Callers are known by their signature. */
@Controller('router')
@UseFilters(TopFilter)
export class TopRouterController {
  constructor(private readonly router: TopRouter) {}

  @Get('rest')
  @DocumentedGet()
  get(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.serve(request, response);
  }

  @Post('rest')
  @HttpCode(200)
  @DocumentedPost()
  post(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.serve(request, response);
  }

  @All('rest')
  @Undocumented()
  other(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.serve(request, response);
  }

  private async serve(request: Request, response: Response): Promise<void> {
    const { method, originalUrl: url, headers } = request;
    const bytes: unknown = request.body;
    const body = Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0);
    const { countSigned } = contextOf(request);
    const reply = await this.router.answer(method, { url, headers, body }, countSigned);
    await sendTop(request.headers['accept-encoding'], response, reply);
  }
}
