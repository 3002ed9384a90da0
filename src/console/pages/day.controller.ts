import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { UndocumentedController } from '../../wire/openapi/documented';
import { AlarmDesk } from '../desks/alarm-desk.service';
import { DayDesk } from '../desks/day-desk.service';
import { Reception } from '../session/reception.service';

/** The first page, a day's figures, and what needs a human. */
@UndocumentedController()
@Controller('console')
export class DayController {
  constructor(
    private readonly reception: Reception,
    private readonly days: DayDesk,
    private readonly alarms: AlarmDesk,
  ) {}

  @Get()
  today(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.reception.look(request, response, 'ownSystems', (visit) => this.days.page(visit));
  }

  @Get('alarms')
  list(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.reception.look(request, response, 'ownSystems', (visit) => this.alarms.list(visit));
  }

  @Get('alarms/close')
  askClose(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.reception.look(request, response, 'ownSystems', (visit) =>
      this.alarms.askClose(visit),
    );
  }

  @Post('alarms/end')
  close(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.reception.act(request, response, 'ownSystems', (visit) => this.alarms.close(visit));
  }
}
