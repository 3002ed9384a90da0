import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { UndocumentedController } from '../../wire/openapi/documented';
import { Health } from './health.service';

/** What a supervisor and a load balancer ask. */
@UndocumentedController()
@Controller('health')
export class HealthController {
  constructor(private readonly health: Health) {}

  /** Whether the process runs at all; if not, restart it. */
  @Get('live')
  live(@Res() response: Response): void {
    response.set('Cache-Control', 'no-store').json({ status: 'up' });
  }

  /** Whether to send requests here: 200 yes, 503 no. */
  @Get('ready')
  async ready(@Res() response: Response): Promise<void> {
    const readiness = await this.health.readiness();
    const status = readiness.status === 'notReady' ? 503 : 200;
    response.status(status).set('Cache-Control', 'no-store').json(readiness);
  }
}
