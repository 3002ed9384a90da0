// The programs of what is built, as the demo runs them: in its own folder, with its own settings alone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const BUILT = fileURLToPath(new URL('../../dist/src', import.meta.url));
const MOVED_CLOCK = fileURLToPath(new URL('./moved-clock.mjs', import.meta.url));
const ADDRESS = /3Pay Gateway\s+(http:\/\/[^/\s]+)\/api/;

/** A module of what is built. */
export function built(file) {
  return createRequire(import.meta.url)(join(BUILT, file));
}

/** A program that has ended in another way than it should. */
export class Ended extends Error {
  constructor(code, said) {
    super(said.trim());
    this.code = code ?? 1;
  }
}

/** Runs a command to its end; gives what it printed. */
export async function run(place, file, words, fine = [0]) {
  const child = spawn(process.execPath, [join(BUILT, file), ...words], place);
  const said = listen(child);
  const [code] = await once(child, 'close');
  if (!fine.includes(code)) throw new Ended(code, said.text);
  return said.text;
}

/** Starts the service; resolves to it and its address. `startsAtMs`: with a clock that is moved. */
export async function startService(place, startsAtMs = null) {
  const moved = startsAtMs === null ? [] : ['--import', pathToFileURL(MOVED_CLOCK).href];
  const words = [...moved, join(BUILT, 'main.js')];
  const env = { ...place.env, ...(startsAtMs === null ? {} : { DEMO_STARTS_AT_MS: startsAtMs }) };
  const stdio = ['ignore', 'pipe', 'pipe', ...(startsAtMs === null ? [] : ['ipc'])];
  const child = spawn(process.execPath, words, { ...place, env, stdio });
  const said = listen(child);
  const ended = once(child, 'close');
  while (!ADDRESS.test(said.text)) {
    const piece = await Promise.race([ended, once(child.stdout, 'data')]);
    if (child.exitCode !== null) throw new Ended(piece[0], said.text);
  }
  return { child, ended, said, url: ADDRESS.exec(said.text)[1] };
}

/** Moves the clock of such a service; resolves when it is. `hasWaited`: what it measures, too. */
export async function move({ child, ended, said }, aheadMs, hasWaited) {
  child.send({ aheadMs, hasWaited });
  const answered = once(child, 'message').then(() => null);
  const over = await Promise.race([answered, ended]);
  if (over !== null) throw new Ended(over[0], said.text);
}

/** Stops a service in order. */
export async function stop({ child, ended, said }) {
  child.kill('SIGTERM');
  const [code] = await ended;
  if (code !== 0) throw new Ended(code, said.text);
}

function listen(child) {
  const said = { text: '' };
  for (const pipe of [child.stdout, child.stderr]) {
    pipe.setEncoding('utf8').on('data', (piece) => (said.text += piece));
  }
  return said;
}
