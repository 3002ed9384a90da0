// One signed call to the gateway, by hand: RSA2 with a parsed key, a kept connection, the answer's
// signature checked over the very text it was made of. What no payment service can do without.
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { parseEnv } from 'node:util';

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/** The caller for the account in `client.env`. */
export function alipayCaller(clientEnv) {
  const env = parseEnv(readFileSync(clientEnv, 'utf8'));
  const privateKey = createPrivateKey(readFileSync(env.ALIPAY_PRIVATE_KEY_FILE));
  const publicKey = createPublicKey(readFileSync(env.ALIPAY_PUBLIC_KEY_FILE));
  const { hostname, port, pathname } = new URL(env.ALIPAY_GATEWAY);
  const common = {
    app_id: env.ALIPAY_APP_ID,
    charset: 'utf-8',
    format: 'JSON',
    sign_type: 'RSA2',
    version: '1.0',
  };
  return async function call(method, content) {
    const parameters = {
      ...common,
      method,
      timestamp: new Date(Date.now() + 28_800_000).toISOString().slice(0, 19).replace('T', ' '),
      biz_content: JSON.stringify(content),
    };
    const names = Object.keys(parameters).sort();
    const text = names.map((name) => `${name}=${parameters[name]}`).join('&');
    const signature = sign('RSA-SHA256', Buffer.from(text), privateKey).toString('base64');
    const body = names
      .map((name) => `${name}=${encodeURIComponent(parameters[name])}`)
      .concat(`sign=${encodeURIComponent(signature)}`)
      .join('&');
    const answer = await post({ hostname, port, path: pathname }, body);
    return verified(answer, `${method.replaceAll('.', '_')}_response`, publicKey);
  };
}

function post(target, body) {
  return new Promise((resolve, reject) => {
    const sent = request(
      {
        ...target,
        agent,
        method: 'POST',
        headers: {
          'Content-Type': 'application/x-www-form-urlencoded;charset=utf-8',
          'Content-Length': Buffer.byteLength(body),
        },
      },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve(Buffer.concat(chunks).toString()));
        response.on('error', reject);
      },
    );
    sent.setTimeout(5_000, () => sent.destroy(new Error('timeout')));
    sent.on('error', reject);
    sent.end(body);
  });
}

function verified(text, node, publicKey) {
  const from = text.indexOf(':', text.indexOf(`"${node}"`)) + 1;
  const to = text.lastIndexOf(',"sign"');
  const signed = text.slice(from, to);
  const { sign: signature } = JSON.parse(text);
  const fine = verify(
    'RSA-SHA256',
    Buffer.from(signed),
    publicKey,
    Buffer.from(String(signature), 'base64'),
  );
  if (!fine) throw new Error('signature');
  return JSON.parse(signed);
}
