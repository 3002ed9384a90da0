import { Controller, HttpCode, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { contextOf } from '../../wire/request/request-context';
import { DocumentedNotify } from './notify.documentation';
import { Notify } from './notify.service';

/** Where Alipay pushes results to. It repeats until it has exactly the seven letters it wants. */
@Controller('api/3Pay/AliPay')
export class NotifyController {
  constructor(private readonly notify: Notify) {}

  @Post('Notify')
  @HttpCode(200)
  @DocumentedNotify()
  async receive(@Req() request: Request, @Res() response: Response): Promise<void> {
    const body: unknown = request.body;
    const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    const type = request.headers['content-type'] ?? '';
    const booked = await this.notify.receive(bytes, type, contextOf(request).countSigned);
    response.type('text/plain').send(booked ? 'success' : 'fail');
  }
}
