import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { UndocumentedController } from '../../wire/openapi/documented';
import { ServiceMetrics } from './service-metrics';

/** `GET /metrics`, in Prometheus' text format. */
@UndocumentedController()
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: ServiceMetrics) {}

  @Get()
  async metricsText(@Res() response: Response): Promise<void> {
    const text = await this.metrics.text();
    response.set({ 'Content-Type': this.metrics.contentType(), 'Cache-Control': 'no-store' });
    response.send(text);
  }
}
