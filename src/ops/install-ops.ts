import type { NestExpressApplication } from '@nestjs/platform-express';
import { plainPath } from '../wire/http/plain-path';
import { ServiceLoad } from './load/service-load';
import { Traffic } from './traffic/traffic';

/** The door before bodies are read: call it first of all that is put on the application. */
export function installArrival(app: NestExpressApplication, trustProxy: readonly string[]): void {
  if (trustProxy.length > 0) app.set('trust proxy', [...trustProxy]);
  app.use(plainPath, app.get(Traffic).arrive);
}

/** The door behind it: call it once bodies are read. */
export function installEntry(app: NestExpressApplication): void {
  app.use(app.get(Traffic).enter);
  const { connections, drain, loop } = app.get(ServiceLoad);
  const server = app.getHttpServer();
  connections.watch(server);
  drain.watch(server);
  loop.start();
  // At a stop Nest closes the server once messages and sweep have ended: nobody is connected then.
  const adapter = app.getHttpAdapter();
  const close = adapter.close.bind(adapter);
  adapter.close = async (): Promise<void> => {
    await drain.finished();
    await close();
  };
}
