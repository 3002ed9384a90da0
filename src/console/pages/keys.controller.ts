import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { UndocumentedController } from '../../wire/openapi/documented';
import { KeyDesk } from '../desks/key-desk.service';
import { Reception } from '../session/reception.service';

/** The keys: those there are, a new one, and one less. */
@UndocumentedController()
@Controller('console/keys')
export class KeysController {
  constructor(
    private readonly reception: Reception,
    private readonly desk: KeyDesk,
  ) {}

  @Get()
  list(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.reception.look(request, response, 'wholeHouse', (visit) => this.desk.list(visit));
  }

  @Get('new')
  confirmMake(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.reception.look(request, response, 'wholeHouse', (visit) =>
      this.desk.confirmMake(visit),
    );
  }

  @Post('make')
  make(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.reception.act(request, response, 'wholeHouse', (visit) => this.desk.make(visit));
  }

  @Get('revoke')
  confirmRevoke(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.reception.look(request, response, 'wholeHouse', (visit) =>
      this.desk.confirmRevoke(visit),
    );
  }

  @Post('end')
  revoke(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.reception.act(request, response, 'wholeHouse', (visit) => this.desk.revoke(visit));
  }
}
