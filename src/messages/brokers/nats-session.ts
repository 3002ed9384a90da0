import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { Session } from './broker-link';
import { broughtBy } from '../link';
import type { Take } from '../link';
import { Replies } from '../replies';

/** Processes of this name share the messages: the server gives each to one of them. */
const NATS_QUEUE_GROUP = '3pay';

const CONNECT_WITHIN_MS = 5_000;
const PING_EVERY_MS = 10_000;

/** Connects to NATS once. */
export async function dialNats(
  url: string,
  subjects: readonly string[],
  take: Take,
): Promise<Session> {
  const { connect } = await import('@nats-io/transport-node');
  const { username, password, protocol, host } = new URL(url);
  const connection = await connect({
    servers: host,
    ...(username ? { user: decodeURIComponent(username) } : {}),
    ...(password ? { pass: decodeURIComponent(password) } : {}),
    ...(protocol === 'tls:' ? { tls: {} } : {}),
    name: '3pay',
    reconnect: false,
    timeout: CONNECT_WITHIN_MS,
    pingInterval: PING_EVERY_MS,
    maxPingOut: 2,
  });
  const replies = new Replies();
  const subscriptions = subjects.map((subject) =>
    connection.subscribe(subject, {
      queue: NATS_QUEUE_GROUP,
      callback: (error, message) => {
        if (!error) deliver(connection, message, replies, take);
      },
    }),
  );
  await connection.flush(); // From here on the server knows the subscriptions.
  return {
    lost: connection.closed().then((error) => {
      replies.lost();
      return error ? error.message : 'closed';
    }),
    stopTaking: async () => {
      await Promise.all(subscriptions.map((subscription) => subscription.drain()));
    },
    close: () => connection.close(),
  };
}

function deliver(connection: NatsConnection, message: Msg, replies: Replies, take: Take): void {
  take({
    text: message.string(),
    subject: message.subject,
    ...broughtBy([...(message.headers ?? [])].map(([name, [value]]) => [name, value])),
    again: false,
    reply: (text) =>
      replies.unlessLost(async () => {
        if (!message.respond(text)) return false;
        await connection.flush();
        return true;
      }),
    done: () => undefined,
  });
}
