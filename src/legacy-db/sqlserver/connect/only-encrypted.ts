/** The connection was to be encrypted, and the other side offers none. */
export const NO_TLS = 'ENOTLS';

/** What of the driver's connection is looked at; its greeting and TLS come before the log-in. */
export interface Greeted {
  once(event: 'secure', listener: () => void): unknown;
  performTlsNegotiation(...given: unknown[]): Promise<void>;
}

/**
 * Nothing but TLS: by itself the driver goes on in clear text, password and all, where the other
 * side, or whoever sits between, says that it has none. What counts is not what it says but that
 * there is a secured stream before the log-in is sent; else the connection is refused. A driver
 * that does this by other means is refused as a whole.
 */
export function onlyEncrypted(connection: Greeted): void {
  const negotiate: unknown = Reflect.get(connection, 'performTlsNegotiation');
  if (typeof negotiate !== 'function') throw noTls('the driver is not the one we know');
  connection.performTlsNegotiation = async (...given) => {
    let secured = false;
    connection.once('secure', () => (secured = true));
    await Reflect.apply(negotiate, connection, given);
    if (!secured) throw noTls('the server offers no TLS');
  };
}

function noTls(text: string): Error {
  return Object.assign(new Error(text), { code: NO_TLS });
}
