// Nest echo: a controller that answers what it was sent, with stable prototypes and no more than
// Nest's own JSON parser. What a request costs before any work of ours. Prints its port.
import 'reflect-metadata';
import { createRequire } from 'node:module';
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

const require = createRequire(import.meta.url);
const { StableExpressAdapter } = require('../../dist/src/wire/http/stable-express.js');

class Echo {
  echo(body) {
    return body;
  }
}
Controller()(Echo);
const descriptor = Object.getOwnPropertyDescriptor(Echo.prototype, 'echo');
Post('echo')(Echo.prototype, 'echo', descriptor);
HttpCode(200)(Echo.prototype, 'echo', descriptor);
Body()(Echo.prototype, 'echo', 0);

class EchoModule {}
Module({ controllers: [Echo] })(EchoModule);

const app = await NestFactory.create(EchoModule, new StableExpressAdapter(), { logger: ['error'] });
await app.listen(0, '127.0.0.1');
process.stdout.write(`echo ${await app.getUrl()}\n`);
process.on('SIGTERM', () => process.exit(0));
