import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { UndocumentedController } from '../../wire/openapi/documented';
import { ReceiptActs } from '../desks/receipts/receipt-acts.service';
import { ReceiptDesk } from '../desks/receipts/receipt-desk.service';
import { ReleaseActs } from '../desks/receipts/release-acts.service';
import { Reception } from '../session/reception.service';
import type { Work } from '../session/reception.service';

/** Receipts of the systems a key speaks for: to find, to read, and to act on. */
@UndocumentedController()
@Controller('console/receipts')
export class ConsoleReceiptsController {
  constructor(
    private readonly reception: Reception,
    private readonly desk: ReceiptDesk,
    private readonly acts: ReceiptActs,
    private readonly releases: ReleaseActs,
  ) {}

  @Get()
  list(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.look(request, response, (visit) => this.desk.list(visit));
  }

  @Get('export')
  export(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.look(request, response, (visit) => this.desk.export(visit));
  }

  @Get(':id')
  one(@Req() req: Request, @Res() res: Response, @Param('id') id: string): Promise<void> {
    return this.look(req, res, (visit) => this.desk.one(visit, id));
  }

  @Get(':id/refund')
  askRefund(@Req() req: Request, @Res() res: Response, @Param('id') id: string): Promise<void> {
    return this.look(req, res, (visit) => this.acts.askRefund(visit, id));
  }

  @Get(':id/cancel')
  askCancel(@Req() req: Request, @Res() res: Response, @Param('id') id: string): Promise<void> {
    return this.look(req, res, (visit) => this.acts.askCancel(visit, id));
  }

  @Get(':id/look')
  askRefresh(@Req() req: Request, @Res() res: Response, @Param('id') id: string): Promise<void> {
    return this.look(req, res, (visit) => this.acts.askRefresh(visit, id));
  }

  @Get(':id/release')
  askRelease(@Req() req: Request, @Res() res: Response, @Param('id') id: string): Promise<void> {
    return this.look(req, res, (visit) => this.releases.ask(visit, id));
  }

  @Get(':id/send-again')
  askResend(@Req() req: Request, @Res() res: Response, @Param('id') id: string): Promise<void> {
    return this.look(req, res, (visit) => this.acts.askResend(visit, id));
  }

  @Post(':id/refresh')
  refresh(@Req() req: Request, @Res() res: Response, @Param('id') id: string): Promise<void> {
    return this.act(req, res, (visit) => this.acts.refresh(visit, id));
  }

  @Post(':id/give-back')
  refund(@Req() req: Request, @Res() res: Response, @Param('id') id: string): Promise<void> {
    return this.act(req, res, (visit) => this.acts.refund(visit, id));
  }

  @Post(':id/undo')
  cancel(@Req() req: Request, @Res() res: Response, @Param('id') id: string): Promise<void> {
    return this.act(req, res, (visit) => this.acts.cancel(visit, id));
  }

  @Post(':id/let-go')
  release(@Req() req: Request, @Res() res: Response, @Param('id') id: string): Promise<void> {
    return this.act(req, res, (visit) => this.releases.release(visit, id));
  }

  @Post(':id/resend')
  resend(@Req() req: Request, @Res() res: Response, @Param('id') id: string): Promise<void> {
    return this.act(req, res, (visit) => this.acts.resend(visit, id));
  }

  private look(request: Request, response: Response, work: Work): Promise<void> {
    return this.reception.look(request, response, 'ownSystems', work);
  }

  private act(request: Request, response: Response, work: Work): Promise<void> {
    return this.reception.act(request, response, 'ownSystems', work);
  }
}
