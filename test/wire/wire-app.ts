import 'reflect-metadata';
import {
  Body,
  CanActivate,
  Controller,
  ExecutionContext,
  Get,
  Injectable,
  Module,
  NotFoundException,
  Post,
} from '@nestjs/common';
import { APP_GUARD, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { IsNotEmpty, IsOptional, IsString, Matches, registerDecorator } from 'class-validator';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PayError } from '../../src/domain/errors';
import { parseYuan } from '../../src/domain/money';
import type { Envelope } from '../../src/wire/operation/contract';
import {
  AliPayQueryParm,
  AliScanCodeParm,
  PayScanCodeResult,
  PayStatusResult,
} from '../support/contracts';
import { WireModule } from '../../src/wire/wire.module';
import type { StatusStyle } from '../../src/wire/wire.options';
import { installBodies } from '../../src/wire/http/install-bodies';
import { plainPath } from '../../src/wire/http/plain-path';
import { Wire } from '../../src/wire/operation/operation';

/** What the test route answers and what reached it; a new one for every application. */
export class Stage {
  /** The envelope to return. Called for each request; may throw. */
  answer: () => Envelope | null = () => ({ errcode: 0, errmsg: 'ok', tag: null });
  /** The bodies that reached the handler, in order. */
  readonly reached: object[] = [];

  run(body: object): Envelope | null {
    this.reached.push(body);
    return this.answer();
  }
}

// The legacy [Required]: null, empty and what .NET's Trim removes is refused.
const SOMETHING = /[^\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/;

/** Counts UTF-16 units as .NET does; class-validator's own rule counts an emoji as one. */
function MaxUnits(limit: number): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'maxUnits',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value) => typeof value !== 'string' || value.length <= limit,
        defaultMessage: () => `must not be longer than ${limit}`,
      },
    });
}

function IsYuan(): PropertyDecorator {
  return (target, propertyName) =>
    registerDecorator({
      name: 'isYuan',
      target: target.constructor,
      propertyName: String(propertyName),
      validator: {
        validate: (value) => typeof value === 'string' && parseYuan(value).ok,
        defaultMessage: () => 'must be an amount',
      },
    });
}

export class QueryDto {
  @MaxUnits(20) @Matches(SOMETHING) @IsNotEmpty() @IsString() billnum: string;
  @MaxUnits(36) @Matches(SOMETHING) @IsNotEmpty() @IsString() autoid: string;
  @MaxUnits(1) @Matches(SOMETHING) @IsNotEmpty() @IsString() billtype: string;
  @MaxUnits(2) @Matches(SOMETHING) @IsNotEmpty() @IsString() paytype: string;
}

export class ScanCodeDto {
  @MaxUnits(20) @Matches(SOMETHING) @IsNotEmpty() @IsString() billnum: string;
  @MaxUnits(1) @Matches(SOMETHING) @IsNotEmpty() @IsString() billtype: string;
  @Matches(SOMETHING) @IsNotEmpty() @IsString() body: string;
  @MaxUnits(2) @Matches(SOMETHING) @IsNotEmpty() @IsString() paytype: string;
  @IsYuan() paymentvalue: string;
  @IsOptional() @IsString() detail?: string | null;
  @IsOptional() @IsString() clientip?: string | null;
  @IsOptional() @MaxUnits(20) @IsString() cardno?: string | null;
}

/** The two operations as they really are: reading, checking, answering. */
@Controller('api/3Pay/AliPay')
class ReadingController {
  constructor(private readonly stage: Stage) {}

  @Post('Query')
  @Wire({ request: AliPayQueryParm, result: PayStatusResult })
  query(@Body() body: QueryDto): Envelope | null {
    return this.stage.run(body);
  }

  @Post('ScanCode')
  @Wire({ request: AliScanCodeParm, result: PayScanCodeResult })
  scanCode(@Body() body: ScanCodeDto): Envelope | null {
    return this.stage.run(body);
  }
}

/** The same paths, but whatever the body holds is not looked at. */
@Controller('api/3Pay/AliPay')
class WritingController {
  constructor(private readonly stage: Stage) {}

  @Post('Query')
  @Wire({ result: PayStatusResult })
  query(): Envelope | null {
    return this.stage.answer();
  }

  @Post('ScanCode')
  @Wire({ result: PayScanCodeResult })
  scanCode(): Envelope | null {
    return this.stage.answer();
  }
}

/** A route that is none of ours, to see that it is left alone. */
@Controller('plain')
class PlainController {
  @Get()
  hello(): object {
    return { hello: 'world' };
  }

  @Get('missing')
  missing(): never {
    throw new NotFoundException();
  }

  @Get('broken')
  broken(): never {
    throw new Error('secret detail');
  }
}

/** Stands for the guards of other modules: it refuses whoever asks to be refused. */
@Injectable()
class RefusingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<IncomingMessage>();
    if (headers['x-refuse'] === 'plainly') return false;
    if (headers['x-refuse'] === 'rate') {
      throw Object.assign(new PayError('RATE_LIMITED', 'too fast'), { retryAfterSeconds: 7 });
    }
    if (headers['x-refuse']) throw new PayError('NO_KEY', 'secret');
    return true;
  }
}

@Module({ providers: [{ provide: APP_GUARD, useClass: RefusingGuard }] })
class GuardingModule {}

/** A running application on a loopback port. */
export interface WireApp {
  readonly port: number;
  readonly stage: Stage;
  close(): Promise<void>;
}

/** Starts the format module behind real HTTP. */
export async function startWireApp(
  style: StatusStyle,
  kind: 'reading' | 'writing' = 'reading',
  bodyLimitBytes = 100 * 1024,
): Promise<WireApp> {
  const stage = new Stage();
  @Module({
    imports: [
      WireModule.forRootAsync({ inject: [], useFactory: () => ({ style }) }),
      GuardingModule,
    ],
    controllers: [kind === 'reading' ? ReadingController : WritingController, PlainController],
    providers: [{ provide: Stage, useValue: stage }],
  })
  class WireTestModule {}
  const app = await NestFactory.create<NestExpressApplication>(WireTestModule, {
    bodyParser: false,
    logger: false,
  });
  app.use(plainPath);
  installBodies(app, { bodyLimitBytes });
  await app.listen(0, '127.0.0.1');
  const server = app.getHttpServer() as { address(): AddressInfo };
  return { port: server.address().port, stage, close: () => app.close() };
}
