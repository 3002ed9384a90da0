import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Application } from 'express';
import type { Words } from './documented';
import { bsonSamples, describeOperations } from './openapi';
import type { Document, DocumentOptions } from './openapi-types';
import { recordTypesOf } from '../operation/wire-type';
import { sayAll, servedOperations } from './swagger-operations';
import { PAGE_HEADERS, swaggerPage } from './swagger-page';
import { describeType } from './type-schema';

const TITLE = '3Pay Gateway';

/** Name of the security scheme in the document. */
const KEY = 'key';

const INTRODUCTION = `
线下扫码支付网关：七个业务系统通过支付宝收款，款项不丢失、不重复、不记错。
**回答可能迟到或报错，但绝不虚假**：只有 errcode 为 0 且 paystatus 为 SUCCESS 时，款项才已收到并已入账。

Offline QR payments through Alipay for seven systems. **An answer may be late or an error, never
false**: money has arrived and is saved only when errcode is 0 *and* paystatus is SUCCESS.

1. \`ScanCode\` → Try it out → Execute: 得到 \`codeurl\` · gives a \`codeurl\`
2. 在浏览器或手机中打开 \`codeurl\`(模拟的顾客手机),扫码、付款 · open it: the simulated buyer's
   phone; scan and pay
3. \`Query\` → Execute: NOTPAY → USERPAYING → SUCCESS

请求可用 JSON、XML、表单、BSON；应答为 JSON、XML 或 BSON，由 \`Accept\` 决定。
Requests may be JSON, XML, form or BSON; \`Accept\` chooses JSON, XML or BSON for the answer.
`;

/** The whole document of an application: what the framework finds, and the operations. */
export function openApiDocument(
  app: NestExpressApplication,
  words: Words,
  options: DocumentOptions,
): Document {
  const builder = new words.DocumentBuilder()
    .setOpenAPIVersion('3.0.3')
    .setTitle(TITLE)
    .setDescription(INTRODUCTION.trim())
    .setVersion('0.2.0')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addTag('AliPay', '支付宝线下扫码支付 · offline QR payments through Alipay')
    .addTag('Events', '业务系统查询 · what the systems behind the tills ask')
    .addTag('Receipts', '收款查询 · the books as they are read')
    .addTag('Xpos', 'XPOS 支付状态查询 · payments asked about in the words of XPOS')
    .addTag('TOP', '淘宝开放平台协议 · the protocol of Taobao SDKs')
    .addTag('Notify', '支付宝异步通知 · where Alipay pushes what became of a payment')
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-Api-Key' }, KEY);
  const base = (options.asksForKey ? builder.addSecurityRequirements(KEY) : builder).build();
  // A group by a controller's name would be one more beside that of its documentation.
  const operations = servedOperations(app);
  const types = operations.flatMap(({ declared: { takes, answers } }) => [
    ...[takes, answers],
    ...recordTypesOf(answers),
  ]);
  for (const type of types) describeType(type, words);
  sayAll(app, words);
  const document = words.SwaggerModule.createDocument(app, base, {
    autoTagControllers: false,
    extraModels: types,
  });
  const made = document.components?.schemas ?? {};
  const { paths, schemas } = describeOperations(operations, made, options);
  return {
    ...document,
    paths: { ...paths, ...withoutKeys(document.paths, options) },
    components: {
      ...document.components,
      schemas: { ...document.components?.schemas, ...schemas },
    },
  };
}

/** Where another protocol proves who calls, no key is asked for. */
function withoutKeys(paths: Document['paths'], { asksForKey }: DocumentOptions): Document['paths'] {
  for (const [path, { get, post }] of Object.entries(paths)) {
    if (!asksForKey || asksForKey(path)) continue;
    for (const operation of [get, post]) if (operation) operation.security = [];
  }
  return paths;
}

/** Serves Swagger UI at `/docs` and the document at `/docs-json` and `/docs-yaml`. */
export async function installSwagger(
  app: NestExpressApplication,
  options: DocumentOptions,
): Promise<void> {
  const words = await import('@nestjs/swagger');
  const server = app.getHttpAdapter().getInstance() as Application;
  server.get('/docs', (request, response) => {
    const base = request.path.endsWith('/') ? './' : './docs/';
    response.set(PAGE_HEADERS).type('html').send(swaggerPage(TITLE, base));
  });
  const samples = servedOperations(app).flatMap(bsonSamples);
  server.get('/docs/:sample.bson', ({ params }, response, next) => {
    const found = samples.find(({ name }) => name === params['sample']);
    if (!found) return next();
    response.set({ 'Content-Disposition': 'attachment' }).type('application/bson');
    response.send(found.bytes);
  });
  words.SwaggerModule.setup('docs', app, () => openApiDocument(app, words, options), {
    swaggerOptions: {
      docExpansion: 'list',
      defaultModelsExpandDepth: 0,
      displayRequestDuration: true,
      validatorUrl: null,
    },
  });
}
