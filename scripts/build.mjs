// Builds the service, unless what is built was made of exactly these sources.
//
// Contents alone decide, never times: of all that the compiler reads, and of every file it left. What
// is changed, missing or there besides means building again, so that stale code is never started.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The last one pins the compiler. */
const SOURCES = [
  'src',
  'ormconfig.ts',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
  'package-lock.json',
];
const BUILT = 'dist';
/** What was built of what. The build deletes it with its folder before it writes anything. */
const NOTE = join(BUILT, '.built.json');
const NEST = join('node_modules', '@nestjs', 'cli', 'bin', 'nest.js');

/** All files of a place, which may be a file itself, or missing. */
function filesOf(place) {
  const kind = statSync(place, { throwIfNoEntry: false });
  if (kind === undefined) return [];
  if (!kind.isDirectory()) return [place];
  const names = readdirSync(place).sort();
  return names.flatMap((name) => filesOf(join(place, name)));
}

/** One hash over the names and contents of all files. */
function hashOf(places) {
  const hash = createHash('sha256');
  for (const file of places.flatMap(filesOf)) {
    if (file === NOTE) continue;
    const content = readFileSync(file);
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

function isBuiltOf(sources) {
  try {
    const note = JSON.parse(readFileSync(NOTE, 'utf8'));
    return note.sources === sources && note.built === hashOf([BUILT]);
  } catch {
    return false; // No note, or half a one.
  }
}

/** Is this Node in a range like `^20.19.0 || >=26`? npm only warns of another. */
function isNodeOf(range) {
  const numbers = (version) => version.split('.').map(Number);
  const [major, minor, patch] = numbers(process.versions.node);
  return range.split('||').some((one) => {
    const [wanted, more = 0, most = 0] = numbers(one.replace(/[\^>=\s]/g, ''));
    if (major !== wanted) return one.includes('>=') && major > wanted;
    return minor > more || (minor === more && patch >= most);
  });
}

const { engines } = JSON.parse(readFileSync('package.json', 'utf8'));
if (engines && !isNodeOf(engines.node)) {
  console.error(`Node ${process.version} is not supported: install Node ${engines.node}`);
  process.exit(1);
}
const sources = hashOf(SOURCES);
if (!isBuiltOf(sources)) {
  rmSync(NOTE, { force: true });
  const { status } = spawnSync(process.execPath, [NEST, 'build'], { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  // Somebody saved a file meanwhile: what is built may hold it or not, and the next start looks.
  if (hashOf(SOURCES) === sources) {
    writeFileSync(NOTE, JSON.stringify({ sources, built: hashOf([BUILT]) }));
  }
}
