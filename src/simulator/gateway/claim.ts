import { createHash } from 'node:crypto';
import { realpathSync, rmSync } from 'node:fs';
import { connect, createServer, Server } from 'node:net';
import { join } from 'node:path';

/** Another simulator already works with this data folder. */
export class FolderTaken extends Error {
  constructor(dataDir: string) {
    super(`another simulator already uses ${dataDir}`);
    this.name = 'FolderTaken';
  }
}

/**
 * Makes this process the only simulator of a data folder; returns how to let go of it.
 * Throws `FolderTaken`. The claim is a listening local socket, which the system takes back when
 * the process dies in whatever way; a lock file would outlive it.
 */
export async function claimFolder(dataDir: string): Promise<() => void> {
  const address = claimAddress(dataDir);
  const server = await listen(address).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error;
    if (!isFile(address) || (await isAnswered(address))) throw new FolderTaken(dataDir);
    rmSync(address, { force: true }); // Left behind by a dead simulator.
    return listen(address);
  });
  server.unref();
  return () => {
    server.close();
  };
}

/** Linux: an abstract socket; Windows: a named pipe; elsewhere a socket file in the folder. */
function claimAddress(dataDir: string): string {
  const folder = realpathSync(dataDir);
  const name = `3pay-simulator-${createHash('sha256').update(folder).digest('hex').slice(0, 32)}`;
  if (process.platform === 'linux') return `\0${name}`;
  return process.platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(folder, 'claim.sock');
}

function isFile(address: string): boolean {
  return address.endsWith('claim.sock');
}

function listen(address: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', reject);
    server.listen(address, () => resolve(server));
  });
}

function isAnswered(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(address);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
