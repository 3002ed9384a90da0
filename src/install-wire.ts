import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Config } from './config/config';
import { isUpload } from './console/session/upload';
import { checkRoutes } from './ops/access/check-routes';
import { installArrival, installEntry } from './ops/install-ops';
import { asksForKey } from './ops/rights';
import { installBodies } from './wire/http/install-bodies';
import { installSwagger } from './wire/openapi/swagger';

/**
 * Puts everything on the application that a request passes, in this order, and makes it ready:
 * nothing listens yet. The application must be made with `bodyParser: false`. Throws when it would
 * serve what the table of rights does not list.
 */
export async function installWire(app: NestExpressApplication, config: Config): Promise<void> {
  const { http, access } = config;
  installArrival(app, http.trustProxy); // What is too much costs nothing: no body of it is read.
  installBodies(app, { bodyLimitBytes: http.bodyLimitBytes, leftToRoute: isUpload });
  installEntry(app);
  if (http.swagger) {
    const keys = access.auth === 'keys' ? { asksForKey } : {};
    await installSwagger(app, { style: http.statusStyle, ...keys });
  }
  await app.init(); // The routes of the controllers.
  checkRoutes(app);
}
