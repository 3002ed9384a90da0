import { Module } from '@nestjs/common';
import type { DynamicModule, INestApplication } from '@nestjs/common';
import type { Config } from '../config/config';
import { CLOCK, RANDOMNESS } from '../domain/ports/clock';
import type { Clock, Randomness } from '../domain/ports/clock';
import { MESSAGE_STATUS } from '../health/health';
import type { MessageStatus } from '../health/health';
import { MessageServer } from './message-server';
import { openLink } from './open-link';

/** The operations as messages of the group's other services. Needs the global ConfigModule. */
@Module({})
export class MessagesModule {
  /** Without a transport there is no server, and the status says so. */
  static forRoot({ microservice, http }: Config): DynamicModule {
    if (microservice.kind === 'none') {
      const nothing: MessageStatus = { health: () => null };
      const status = { provide: MESSAGE_STATUS, useValue: nothing };
      return { module: MessagesModule, providers: [status], exports: [MESSAGE_STATUS] };
    }
    const { bodyLimitBytes } = http;
    const server = {
      provide: MessageServer,
      inject: [CLOCK, RANDOMNESS],
      useFactory: (clock: Clock, randomness: Randomness): MessageServer => {
        const link = openLink(microservice, bodyLimitBytes, clock, randomness);
        return new MessageServer(link, { bodyLimitBytes }, clock);
      },
    };
    const status = { provide: MESSAGE_STATUS, useExisting: MessageServer };
    return {
      module: MessagesModule,
      providers: [server, status],
      exports: [MessageServer, MESSAGE_STATUS],
    };
  }
}

/**
 * Has an initialised application take messages, by the same guards, pipes and filter as HTTP.
 * Rejects when the address to listen on is taken; a broker that is away is waited for.
 */
export async function startMessages(
  app: INestApplication,
  { microservice }: Config,
): Promise<void> {
  if (microservice.kind === 'none') return;
  app.connectMicroservice({ strategy: app.get(MessageServer) }, { inheritAppConfig: true });
  await app.startAllMicroservices();
}
