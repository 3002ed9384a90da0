import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { UndocumentedController } from '../../wire/openapi/documented';
import { BillActs } from '../desks/bills/bill-acts.service';
import { BillDesk } from '../desks/bills/bill-desk.service';
import { StatementDesk } from '../desks/bills/statement-desk.service';
import { Reception } from '../session/reception.service';
import type { Work } from '../session/reception.service';

/** Alipay's daily bills, and statements: of the whole house. */
@UndocumentedController()
@Controller('console/reconciliation')
export class ReconciliationController {
  constructor(
    private readonly reception: Reception,
    private readonly bills: BillDesk,
    private readonly acts: BillActs,
    private readonly statements: StatementDesk,
  ) {}

  @Get()
  days(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.look(request, response, (visit) => this.bills.page(visit));
  }

  @Get('statement')
  statement(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.look(request, response, (visit) => this.statements.page(visit));
  }

  @Get('statement-file')
  statementFile(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.look(request, response, (visit) => this.statements.file(visit));
  }

  @Get('again')
  askAgain(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.look(request, response, (visit) => this.acts.askAgain(visit));
  }

  @Get('file')
  askFile(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.look(request, response, (visit) => this.acts.askFile(visit));
  }

  @Post('compare')
  again(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.reception.act(request, response, 'wholeHouse', (visit) => this.acts.again(visit));
  }

  /** Its body is read here: see `isUpload`. */
  @Post('take')
  takeFile(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.reception.upload(request, response, 'wholeHouse', (visit, file) =>
      this.acts.takeFile(visit, file),
    );
  }

  private look(request: Request, response: Response, work: Work): Promise<void> {
    return this.reception.look(request, response, 'wholeHouse', work);
  }
}
