import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from '../../../src/app.module';
import { readConfig } from '../../../src/config/config';
import { readTextFile } from '../../../src/config/reading/environment';
import { readySimulator } from '../../../src/launch-simulator';
import { Mask } from '../../../src/ops/log/mask';
import { ServiceLog } from '../../../src/ops/log/service-log';
import { installBodies } from '../../../src/wire/http/install-bodies';
import type { Document } from '../../../src/wire/openapi/openapi-types';
import { installSwagger } from '../../../src/wire/openapi/swagger';
import { giveSimulatorKeys } from '../far-side/simulator-keys';
import { AnswerContract } from './answer-contract';
import { SimControl } from '../far-side/sim-control';
import { tempFolder } from '../temp-folder';

/**
 * The application with its document, on fresh books and a simulator of its own, in this process.
 * `stop` in afterAll.
 */
export class DocumentedApp {
  private held: Promise<AnswerContract> | null = null;

  private constructor(
    readonly app: NestExpressApplication,
    readonly url: string,
    readonly sim: SimControl,
    /** As it is served. */
    readonly document: Document,
    private readonly removeFolder: () => void,
  ) {}

  /** Holds answers against the document. */
  get contract(): Promise<AnswerContract> {
    return (this.held ??= AnswerContract.of(this.url));
  }

  static async start(): Promise<DocumentedApp> {
    const folder = tempFolder();
    const env = {
      PORT: '0',
      SIM_PORT: '0',
      SWEEP_PERIOD_MS: '0',
      SIM_DATA: join(folder.path, 'simulator'),
      DATABASE_URL: `sqlite:${join(folder.path, '3pay.sqlite')}`,
    };
    const config = readConfig(env, readTextFile);
    if (config.alipay.kind !== 'simulator') throw new Error('no simulator');
    giveSimulatorKeys(config.alipay.dataDir);
    const simulator = await readySimulator(config.alipay);
    const log = new ServiceLog({ level: 'silent', pretty: false, mask: new Mask() });
    const app = await NestFactory.create<NestExpressApplication>(
      AppModule.forRoot(config, simulator.settings, log),
      { bodyParser: false, logger: false, forceCloseConnections: true },
    );
    installBodies(app, { bodyLimitBytes: config.http.bodyLimitBytes });
    await installSwagger(app, { style: 'legacy' });
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const document = (await (await fetch(`${url}/docs-json`)).json()) as Document;
    const sim = new SimControl(simulator.url);
    return new DocumentedApp(app, url, sim, document, () => folder.remove());
  }

  async stop(): Promise<void> {
    const health = await fetch(`${this.sim.url}/sim/health`);
    const { pid } = (await health.json()) as { pid: number };
    await this.app.close();
    process.kill(pid);
    this.removeFolder();
  }
}
