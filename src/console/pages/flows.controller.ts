import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { FlowDesk } from '../desks/flow-desk.service';
import { Reception } from '../session/reception.service';

/** Refunds and callbacks on their way. */
@ApiExcludeController()
@Controller('console')
export class FlowsController {
  constructor(
    private readonly reception: Reception,
    private readonly desk: FlowDesk,
  ) {}

  @Get('refunds')
  refunds(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.reception.look(request, response, 'ownSystems', (visit) =>
      this.desk.refundPage(visit),
    );
  }

  @Get('callbacks')
  callbacks(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.reception.look(request, response, 'ownSystems', (visit) =>
      this.desk.callbackPage(visit),
    );
  }
}
