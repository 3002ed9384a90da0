import { DynamicModule, InjectionToken, Module, Provider } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { ErrorFilter } from './error.filter';
import { FormatInterceptor } from './format.interceptor';
import { FORMAT_OPTIONS, FormatOptions } from './format.options';
import { OperationGuard } from './operation.guard';
import { WireValidationPipe } from './validation.pipe';

/** How to get the options from other providers. */
export interface FormatOptionsSource {
  readonly inject: InjectionToken[];
  readonly useFactory: (...dependencies: never[]) => FormatOptions;
}

/**
 * Puts the wire in front of the whole application: reading, validation, writing and errors.
 * Import it before modules with global guards, so that their refusals know the operation.
 */
@Module({
  providers: [
    { provide: APP_GUARD, useClass: OperationGuard },
    { provide: APP_INTERCEPTOR, useClass: FormatInterceptor },
    { provide: APP_PIPE, useClass: WireValidationPipe },
    { provide: APP_FILTER, useClass: ErrorFilter },
  ],
})
export class FormatModule {
  static forRoot(options: FormatOptions): DynamicModule {
    return FormatModule.with({ provide: FORMAT_OPTIONS, useValue: options });
  }

  static forRootAsync(source: FormatOptionsSource): DynamicModule {
    return FormatModule.with({ provide: FORMAT_OPTIONS, ...source });
  }

  private static with(options: Provider): DynamicModule {
    return { module: FormatModule, providers: [options] };
  }
}
