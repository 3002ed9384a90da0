import { DynamicModule, InjectionToken, Module, Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { ErrorFilter } from './error.filter';
import { WireInterceptor } from './wire.interceptor';
import { WIRE_OPTIONS, WireOptions } from './wire.options';
import { OperationGuard } from './operation/operation.guard';
import { WireValidationPipe } from './operation/validation.pipe';

/** How to get the options from other providers. */
export interface WireOptionsSource {
  readonly inject: InjectionToken[];
  readonly useFactory: (...dependencies: never[]) => WireOptions;
}

/**
 * Puts the wire in front of the whole application: reading, validation, writing and errors.
 * Import it before modules with global guards, so that their refusals know the operation.
 */
@Module({
  providers: [
    { provide: APP_GUARD, useClass: OperationGuard },
    { provide: APP_INTERCEPTOR, useClass: WireInterceptor },
    { provide: APP_PIPE, useClass: WireValidationPipe },
    { provide: APP_FILTER, useClass: ErrorFilter },
  ],
})
export class WireModule {
  static forRoot(options: WireOptions): DynamicModule {
    return WireModule.with({ provide: WIRE_OPTIONS, useValue: options });
  }

  static forRootAsync(source: WireOptionsSource): DynamicModule {
    return WireModule.with({ provide: WIRE_OPTIONS, ...source });
  }

  private static with(options: Provider): DynamicModule {
    return { module: WireModule, providers: [options] };
  }
}
