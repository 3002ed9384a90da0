import { type DynamicModule, Module } from '@nestjs/common';
import { TILL_OPTIONS, type TillOptions } from './till-options';
import { TillController } from './till.controller';

/** The demo till at `/`; for every place but production. */
@Module({})
export class TillModule {
  static register(options: TillOptions): DynamicModule {
    return {
      module: TillModule,
      controllers: [TillController],
      providers: [{ provide: TILL_OPTIONS, useValue: options }],
    };
  }
}
