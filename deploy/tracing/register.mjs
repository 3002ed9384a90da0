/**
 * Turns tracing on: `node --import ./deploy/tracing/register.mjs dist/src/main.js`. Spans go by
 * OTLP over HTTP, in JSON, to OTEL_EXPORTER_OTLP_ENDPOINT (http://localhost:4318), or to standard
 * output with OTEL_TRACES_EXPORTER=console. docs/tracing.md says what is needed beside it.
 */
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { defaultResource, detectResources, envDetector } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ConsoleSpanExporter,
  NodeTracerProvider,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';

// The service names itself where nobody did; more attributes by OTEL_RESOURCE_ATTRIBUTES.
process.env.OTEL_SERVICE_NAME ??= '3pay-gateway';
// Short, ms: what is not sent when the process ends is lost.
process.env.OTEL_BSP_SCHEDULE_DELAY ??= '1000';
const processor =
  process.env.OTEL_TRACES_EXPORTER === 'console'
    ? new SimpleSpanProcessor(new ConsoleSpanExporter())
    : new BatchSpanProcessor(new OTLPTraceExporter());
// Samples as OTEL_TRACES_SAMPLER says; without it, all but what a caller asks not to be traced.
const resource = defaultResource().merge(detectResources({ detectors: [envDetector] }));
new NodeTracerProvider({ resource, spanProcessors: [processor] }).register();
