import { ForbiddenException, Logger } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/internal';
import { firstValueFrom } from 'rxjs';
import { PayError } from '../domain/errors';
import { ErrorFilter } from './error.filter';
import { noRoute } from './http-error';
import { Message } from './operation/message';

const filter = new ErrorFilter({} as HttpAdapterHost, { style: 'legacy' });

beforeAll(() => {
  Logger.overrideLogger(false);
});

async function message(error: unknown): Promise<unknown> {
  const host = new ExecutionContextHost([Buffer.alloc(0), new Message(Buffer.alloc(0))]);
  host.setType('rpc');
  const answer = filter.catch(error, host);
  if (!answer) throw new Error('a message wants an observable');
  return JSON.parse(await firstValueFrom(answer));
}

describe('ErrorFilter for messages', () => {
  it('replies with the envelope', async () => {
    const error = new PayError('ALREADY_PAID', 'secret', { shown: 'paid', tag: { autoid: '1' } });
    expect(await message(error)).toEqual({ errcode: 40901, errmsg: 'paid', tag: null });
    expect(await message(new ForbiddenException())).toMatchObject({ errcode: 40300, tag: null });
  });

  it('hides what it does not know', async () => {
    for (const thrown of [new Error('secret'), 'secret', null]) {
      const envelope = await message(thrown);
      expect(envelope).toMatchObject({ errcode: 50000, tag: null });
      expect(JSON.stringify(envelope)).not.toContain('secret');
    }
  });
});

describe('the address in a 404', () => {
  it.each([
    ['http://h/a?b=%E4%B8%AD', "'http://h/a?b=中'"],
    ['http://h/%0d%0aX%25%23%3F', "'http://h/%0d%0aX%25%23%3F'"],
    ['http://h/%ff%', "'http://h/%ff%'"],
  ])('%s is written %s', (url, written) => {
    expect(noRoute(url)).toContain(written);
  });
});
