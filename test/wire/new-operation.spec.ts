import 'reflect-metadata';
import { Body, Controller, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import * as swagger from '@nestjs/swagger';
import { deserialize, Double, serialize } from 'bson';
import type { AddressInfo } from 'node:net';
import { systemClock } from '../../src/config/system-clock';
import type { BillType } from '../../src/domain/bill';
import type { Fen } from '../../src/domain/money';
import { MessageServer } from '../../src/messages/message-server';
import { TcpLink } from '../../src/messages/tcp/tcp-link';
import { installBodies } from '../../src/wire/http/install-bodies';
import { openApiDocument, installSwagger } from '../../src/wire/openapi/swagger';
import type { Schema } from '../../src/wire/openapi/openapi-types';
import { PARM_PAY, RESULT_PAY } from '../../src/wire/operation/contract';
import type { Envelope } from '../../src/wire/operation/contract';
import * as members from '../../src/wire/operation/members';
import { Operation } from '../../src/wire/operation/operation';
import { WireType } from '../../src/wire/operation/wire-type';
import { WireModule } from '../../src/wire/wire.module';
import { RawCaller } from '../support/process/message-client';
import { freePort } from '../support/process/ports';

// What docs and CONTRIBUTING.md promise: a new operation, with a member of every kind there is, is
// written down once, here, and is there in all formats, as a message and in the document.

const text = (word: string, example: string | number | boolean) => {
  return { zh: `${word} 的意思`, en: `what ${word} means`, example };
};

@WireType('AddedParm', PARM_PAY)
class AddedParm {
  @members.Code(8, text('code', 'C1'))
  code: string;

  @members.Text(text('words', 'hello'))
  words: string;

  @members.OptionalText(text('note', 'or not'))
  note?: string | null;

  @members.OptionalText(text('brief', 'b1'), { max: 4, strict: true })
  brief?: string | null;

  @members.Yuan(text('money', 5.1))
  money: Fen;

  @members.BillTypeCode()
  billtype: BillType;

  @members.OptionalEpochMs(text('until', 4_102_444_800_000))
  until?: string | null;
}

@WireType('AddedPart', RESULT_PAY)
class AddedPart {
  @members.TagMember('decimal', { ...text('share', 2.55), maxLength: null })
  share: string;
}

@WireType('AddedResult', RESULT_PAY)
class AddedResult {
  @members.TagMember('text', { ...text('code', 'C1'), maxLength: 8 })
  code: string;

  @members.TagMember('decimal', { ...text('money', 5.1), maxLength: null })
  money: string;

  @members.TagMember('int', { ...text('count', 3), maxLength: null })
  count: number;

  @members.TagMember('long', { ...text('fen', 510), maxLength: null })
  fen: number;

  @members.TagMember('boolean', { ...text('done', true), maxLength: null })
  done: boolean;

  @members.TagList(AddedPart, { zh: 'parts 的意思', en: 'what parts means' })
  parts: AddedPart[];
}

const TEXTS = { code: 'C1', words: 'hello', note: 'or not', brief: 'b1' };
const VALUES = { ...TEXTS, money: 5.1, billtype: '7' };
const FLAT = { code: 'C1', money: 5.1, count: 3, fen: 510, done: true };
const TAG = { ...FLAT, parts: [{ share: 2.55 }, { share: 2.55 }] };

@Controller('api/3Pay/Added')
class AddedController {
  @Operation('Add', {
    summary: { zh: '新接口', en: 'an operation that was added' },
    description: { zh: '说明', en: 'what it does' },
    requestSamples: [{ title: { zh: '样例', en: 'a sample' }, values: VALUES }],
    resultSamples: [{ title: { zh: '样例', en: 'a sample' }, values: TAG }],
    message: '3pay.added.add',
    takes: AddedParm,
    answers: AddedResult,
    refuses: ['ILLEGAL_STATE'],
  })
  add(@Body() body: AddedParm): Promise<Envelope> {
    if (!(body instanceof AddedParm)) throw new Error('not the class');
    const flat = { code: body.code, money: '5.1', count: 3, fen: body.money, done: true };
    const tag = { ...flat, parts: [{ share: '2.55' }, { share: '2.55' }] };
    return Promise.resolve({ errcode: 0, errmsg: 'ok', tag });
  }
}

@Module({
  imports: [WireModule.forRoot({ style: 'legacy' })],
  controllers: [AddedController],
})
class AddedModule {}

const PATH = '/api/3Pay/Added/Add';
const LIMITS = { bodyLimitBytes: 10_000 };

let app: NestExpressApplication;
let url: string;
let messagePort: number;

beforeAll(async () => {
  messagePort = await freePort();
  const link = new TcpLink({ host: '127.0.0.1', port: messagePort, longestFrame: 10_000 });
  app = await NestFactory.create<NestExpressApplication>(AddedModule, {
    bodyParser: false,
    logger: false,
  });
  installBodies(app, LIMITS);
  await installSwagger(app, { style: 'legacy' });
  app.connectMicroservice(
    { strategy: new MessageServer(link, LIMITS, systemClock) },
    { inheritAppConfig: true },
  );
  await app.startAllMicroservices();
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  url = `http://127.0.0.1:${port}`;
});

afterAll(() => app.close());

async function post(type: string, body: string | Uint8Array, accept: string): Promise<Buffer> {
  const headers = { 'Content-Type': type, Accept: accept };
  const answer = await fetch(url + PATH, { method: 'POST', headers, body });
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

const OK = { errcode: 0, errmsg: 'ok', tag: TAG };
const json = 'application/json';

describe('an operation that is declared in one place', () => {
  it.each<[string, string, () => string | Uint8Array]>([
    ['JSON', json, () => JSON.stringify(VALUES)],
    [
      'XML',
      'application/xml',
      () => {
        const parts = Object.entries(VALUES).toSorted(([one], [other]) => (one < other ? -1 : 1));
        const inside = parts.map(([name, value]) => `<${name}>${value}</${name}>`).join('');
        return `<AddedParm xmlns="${PARM_PAY}">${inside}</AddedParm>`;
      },
    ],
    [
      'form',
      'application/x-www-form-urlencoded',
      () => new URLSearchParams({ ...VALUES, money: '5.1' }).toString(),
    ],
    ['BSON', 'application/bson', () => serialize({ ...VALUES, money: new Double(5.1) })],
  ])('is read from %s', async (_format, type, body) => {
    expect(JSON.parse((await post(type, body(), json)).toString())).toEqual(OK);
  });

  it('is answered in XML and BSON', async () => {
    const xml = await post(json, JSON.stringify(VALUES), 'application/xml');
    expect(xml.toString()).toMatch(/^<CommonOperationResultWithTagOfAddedResultKp9g8rEY /);
    const told = Object.entries(FLAT).map(
      ([name, value]) => `<d2p1:${name}>${value}</d2p1:${name}>`,
    );
    const part = '<d2p1:AddedPart><d2p1:share>2.55</d2p1:share></d2p1:AddedPart>';
    told.push(`<d2p1:parts>${part}${part}</d2p1:parts>`);
    for (const member of told) expect(xml.toString()).toContain(member);
    const bson = await post(json, JSON.stringify(VALUES), 'application/bson');
    expect(deserialize(bson)).toEqual(OK);
  });

  it.each<[string, object]>([
    ['code', { code: 'C23456789' }],
    ['words', { words: '' }],
    ['note', { note: '\ud800' }],
    ['brief', { brief: 'b2345' }],
    ['brief', { brief: 'b\u0001' }],
    ['money', { money: '5.101' }],
    ['billtype', { billtype: '8' }],
    ['until', { until: 1_700_000_000 }],
  ])('has the rule of its member %s', async (name, fault) => {
    const answer = await post(json, JSON.stringify({ ...VALUES, ...fault }), json);
    const { errcode, errmsg } = JSON.parse(answer.toString()) as Envelope;
    expect([errcode, errmsg]).toEqual([40001, expect.stringContaining(`: ${name}: `)]);
  });

  it('is a message', async () => {
    const caller = await RawCaller.to(messagePort);
    const reply = await caller.send('3pay.added.add', JSON.stringify(VALUES));
    caller.end();
    expect(JSON.parse(reply)).toEqual(OK);
  });

  it('is in the document, with its members, samples in every format and refusals', () => {
    const { paths, components } = openApiDocument(app, swagger, { style: 'legacy' });
    const operation = paths[PATH]?.post;
    expect(operation?.summary).toBe('新接口 · an operation that was added');
    expect(operation?.description).toContain('| 40902 | 200 |');
    const body = operation?.requestBody as { content: Record<string, unknown> };
    expect(Object.keys(body.content)).toHaveLength(6);
    const schemas = components?.schemas as Record<string, Schema>;
    const parm = schemas['AddedParm'];
    expect(Object.keys(parm?.properties ?? {})).toEqual([...Object.keys(VALUES), 'until']);
    expect(parm?.required).toEqual(['code', 'words', 'money', 'billtype']);
    expect(parm?.properties?.['money']).toMatchObject({
      oneOf: [{ type: 'number', minimum: 0.01 }, { type: 'string' }],
    });
    expect(parm?.properties?.['note']).toMatchObject({ type: 'string', nullable: true });
    expect(schemas['AddedResult']?.properties?.['fen']).toMatchObject({ format: 'int64' });
    expect(schemas['AddedResult']?.properties?.['parts']).toMatchObject({
      type: 'array',
      items: { $ref: '#/components/schemas/AddedPart' },
      example: [{ share: 2.55 }],
      xml: { namespace: RESULT_PAY, prefix: 'd2p1', wrapped: true },
    });
    expect(schemas['AddedPart']).toMatchObject({
      properties: { share: { type: 'number' } },
      xml: { name: 'AddedPart', namespace: RESULT_PAY, prefix: 'd2p1' },
    });
    const { description } = operation?.responses['200'] as { description: string };
    expect(description).toMatch(/- `parts` \(列表 · list of AddedPart\).*\n {2}- `share` /);
  });

  it('has its request as a file of BSON', async () => {
    const sample = await fetch(`${url}/docs/Add.bson`);
    expect(deserialize(Buffer.from(await sample.arrayBuffer()))).toEqual(VALUES);
  });
});
