// npm run collection -- --to FOLDER [--url http://127.0.0.1:3000]
//
// Makes a collection for Postman (2.1; Bruno, Insomnia and Hoppscotch import it) of the document
// that a running service serves: every sample of every operation, and the other formats of two.
// Requests in BSON are files beside it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const SCHEMA = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
const FORM = 'application/x-www-form-urlencoded';
const OTHER_FORMATS = ['application/xml', FORM, 'application/bson'];
const IN_OTHER_FORMATS = ['scanCode', 'query'];

const { values } = parseArgs({
  options: { to: { type: 'string' }, url: { type: 'string', default: 'http://127.0.0.1:3000' } },
});
const { to: folder, url } = values;
if (!folder) fail('usage: npm run collection -- --to FOLDER [--url http://127.0.0.1:3000]');

function fail(message) {
  console.error(message);
  process.exit(2);
}

/** What the service has at an address. */
async function read(path) {
  const answer = await fetch(url + path).catch((error) => fail(`${url}: ${error.cause ?? error}`));
  if (!answer.ok) fail(`${url}${path} answered ${answer.status}: start it with SWAGGER=on`);
  return answer;
}

/** A sample's body as Postman keeps it; a file is fetched and stands beside the collection. */
async function bodyOf(mediaType, value) {
  if (mediaType === 'application/bson') {
    const name = value.split('/').at(-1);
    writeFileSync(join(folder, name), Buffer.from(await (await read(value)).arrayBuffer()));
    return { mode: 'file', file: { src: `./${name}` } };
  }
  if (mediaType === FORM) {
    const urlencoded = Object.entries(value).map(([key, one]) => ({
      key,
      value: one,
      type: 'text',
    }));
    return { mode: 'urlencoded', urlencoded };
  }
  const language = mediaType.endsWith('json') ? 'json' : 'xml';
  const raw = language === 'json' ? JSON.stringify(value, null, 2) : value;
  return { mode: 'raw', raw, options: { raw: { language } } };
}

/** The samples of an operation in one format: requests that can be sent as they are. */
async function requestsOf({ path, operation }, mediaType) {
  const content = operation.requestBody.content[mediaType];
  const files = content['x-samples'] ?? [];
  const shown = Object.values(content.examples ?? {});
  const samples = files.length > 0 ? files.map((value) => ({ value })) : shown;
  const requests = [];
  for (const [i, { summary = `sample ${i + 1}`, value }] of samples.entries()) {
    const request = {
      method: 'POST',
      header: [
        { key: 'Content-Type', value: mediaType },
        { key: 'Accept', value: mediaType === FORM ? 'application/json' : mediaType },
      ],
      url: { raw: `{{url}}${path}`, host: ['{{url}}'], path: path.split('/').slice(1) },
      body: await bodyOf(mediaType, value),
    };
    const format = mediaType === 'application/json' ? '' : ` (${mediaType})`;
    requests.push({ name: `${operation.summary}: ${summary}${format}`, request });
  }
  return requests;
}

mkdirSync(folder, { recursive: true });
const document = await (await read('/docs-json')).json();
const operations = Object.entries(document.paths)
  .map(([path, { post: operation }]) => ({ path, operation }))
  .filter(({ operation }) => operation?.requestBody?.content['application/json']);

const item = [];
for (const { name, description } of document.tags) {
  const own = operations.filter(({ operation }) => operation.tags.includes(name));
  const requests = [];
  for (const one of own) requests.push(...(await requestsOf(one, 'application/json')));
  if (requests.length > 0) item.push({ name, description, item: requests });
}
const others = [];
for (const mediaType of OTHER_FORMATS) {
  for (const one of operations) {
    const { operationId } = one.operation;
    if (!IN_OTHER_FORMATS.includes(operationId)) continue;
    others.push(...(await requestsOf(one, mediaType)));
  }
}
item.push({ name: 'XML, form, BSON', item: others });

const { title, description, version } = document.info;
const key = { type: 'apikey', apikey: [] };
for (const [name, value] of [
  ['key', 'X-Api-Key'],
  ['value', '{{apiKey}}'],
  ['in', 'header'],
]) {
  key.apikey.push({ key: name, value, type: 'string' });
}
const collection = {
  info: { name: `${title} ${version}`, description, schema: SCHEMA },
  auth: key,
  variable: [
    { key: 'url', value: url },
    { key: 'apiKey', value: '' },
  ],
  item,
};
const file = join(folder, '3pay.postman_collection.json');
writeFileSync(file, `${JSON.stringify(collection, null, 2)}\n`);
console.log(`${file}: ${item.flatMap((one) => one.item).length} requests`);
