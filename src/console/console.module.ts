import { type DynamicModule, Module } from '@nestjs/common';
import { LegacyDbModule } from '../legacy-db/legacy-db.module';
import { CONSOLE_OPTIONS } from './console-options';
import type { ConsoleOptions } from './console-options';
import { KeyDesk } from './desks/key-desk.service';
import { FilesController } from './pages/files.controller';
import { HouseController } from './pages/house.controller';
import { KeysController } from './pages/keys.controller';
import { SignInController } from './pages/sign-in.controller';
import { ActLog } from './session/act-log.service';
import { Door } from './session/door.service';
import { Reception } from './session/reception.service';
import { PageWriter } from './view/page-writer.service';

/** The console at `/console`, for people: what happened, what needs a human, and acts. */
@Module({})
export class ConsoleModule {
  /** `ops`: the module that knows the keys. */
  static register(options: ConsoleOptions, ops: DynamicModule): DynamicModule {
    return {
      module: ConsoleModule,
      imports: [LegacyDbModule, ops],
      controllers: [SignInController, FilesController, KeysController, HouseController],
      providers: [
        { provide: CONSOLE_OPTIONS, useValue: options },
        ActLog,
        Door,
        KeyDesk,
        PageWriter,
        Reception,
      ],
    };
  }
}
