import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { UndocumentedController } from '../../wire/openapi/documented';
import { FlowDesk } from '../desks/flow-desk.service';
import { RefundActs } from '../desks/refund-acts.service';
import { Reception } from '../session/reception.service';
import type { Work } from '../session/reception.service';

/** Refunds and callbacks on their way, and what is done to refunds that wait. */
@UndocumentedController()
@Controller('console')
export class FlowsController {
  constructor(
    private readonly reception: Reception,
    private readonly desk: FlowDesk,
    private readonly acts: RefundActs,
  ) {}

  @Get('refunds')
  refunds(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.look(request, response, (visit) => this.desk.refundPage(visit));
  }

  @Get('refunds/withdraw')
  askWithdraw(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.look(request, response, (visit) => this.acts.askWithdraw(visit));
  }

  @Post('refunds/give-up')
  withdraw(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.act(request, response, (visit) => this.acts.withdraw(visit));
  }

  @Get('refunds/leave')
  askLeave(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.look(request, response, (visit) => this.acts.askLeave(visit));
  }

  @Post('refunds/left')
  leave(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.act(request, response, (visit) => this.acts.leave(visit));
  }

  @Get('callbacks')
  callbacks(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.look(request, response, (visit) => this.desk.callbackPage(visit));
  }

  private look(request: Request, response: Response, work: Work): Promise<void> {
    return this.reception.look(request, response, 'ownSystems', work);
  }

  private act(request: Request, response: Response, work: Work): Promise<void> {
    return this.reception.act(request, response, 'ownSystems', work);
  }
}
