// The seven systems as far as callbacks reach them: most take what they are told, two do not.
import { createServer } from 'node:http';
import { once } from 'node:events';

/** Answers once there is trouble: car rental is out of order, the shuttle refuses for good. */
const ANSWERS = { 3: 503, 4: 410 };

/** Starts to listen; gives the settings that lead a service to it, and what begins the trouble. */
export async function startReceivers(secret) {
  let isTrouble = false;
  const server = createServer((request, response) => {
    const [billType] = /\d/.exec(request.url ?? '') ?? [''];
    const status = (isTrouble && ANSWERS[billType]) || 204;
    request.resume().on('end', () => response.writeHead(status).end());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  const types = ['1', '2', '3', '4', '5', '6', '7'];
  const urls = types.map((type) => [`CALLBACK_URL_${type}`, `http://127.0.0.1:${port}/${type}`]);
  return {
    settings: { CALLBACK_SECRET: secret, ...Object.fromEntries(urls) },
    beginTrouble: () => void (isTrouble = true),
  };
}
