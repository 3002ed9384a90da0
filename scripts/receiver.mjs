// A system that takes callbacks, to try them out: prints what comes, verified, and fails when told.
//
//   npm run receiver -- --secret whsec_... [--port 3200] [--fail 3] [--answer 503] [--hang]
//
// --fail N: the first N are answered by --answer (500), or not at all with --hang.
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { Webhook } from 'standardwebhooks';

const { values } = parseArgs({
  options: {
    secret: { type: 'string' },
    port: { type: 'string', default: '3200' },
    fail: { type: 'string', default: '0' },
    answer: { type: 'string', default: '500' },
    hang: { type: 'boolean', default: false },
  },
});

if (!values.secret) {
  console.error('say --secret whsec_..., the same as CALLBACK_SECRET');
  process.exit(2);
}
const webhook = new Webhook(values.secret);
const seen = new Set();
let failures = Number(values.fail);

async function bodyOf(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

/** What is answered; null: nothing. */
function decide(body, headers) {
  const id = headers['webhook-id'];
  try {
    // Verified over the body as it came, before anything reads it.
    webhook.verify(body, headers, { jsonParse: false });
  } catch (error) {
    return [401, `REFUSED ${error.message}`];
  }
  if (failures > 0) {
    failures -= 1;
    return [values.hang ? null : Number(values.answer), `failing ${id}`];
  }
  if (seen.has(id)) return [204, `again ${id}: known, nothing to do`];
  seen.add(id);
  return [204, `signature holds, taken ${id} ${body}`];
}

const server = createServer(async (request, response) => {
  const [status, line] = decide(await bodyOf(request), request.headers);
  console.log(`${status ?? 'no answer'} ${line}`);
  if (status !== null) response.writeHead(status).end();
});
server.listen(Number(values.port), '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/`);
});
