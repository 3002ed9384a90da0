/**
 * `npm run sbom [-- FILE]`: the bill of materials of what runs in production, as npm makes it
 * (CycloneDX, JSON), into build/sbom.cdx.json or FILE. What npm marks as for development is taken
 * out here: npm's own `--omit dev` (11.19) also leaves out two thirds of what is not.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const DEVELOPMENT = 'cdx:npm:package:development';

const [file = 'build/sbom.cdx.json'] = process.argv.slice(2);
const options = ['--sbom-format', 'cyclonedx', '--sbom-type', 'application'];
const run = spawnSync('npm', ['sbom', ...options], { encoding: 'utf8', maxBuffer: 100_000_000 });
if (run.status !== 0) {
  console.error(run.stderr || 'npm sbom did not run');
  process.exit(1);
}
const bill = JSON.parse(run.stdout);
const runs = ({ properties = [] }) => !properties.some(({ name }) => name === DEVELOPMENT);
bill.components = bill.components.filter(runs);
const kept = new Set(bill.components.map((component) => component['bom-ref']));
kept.add(bill.metadata.component['bom-ref']);
bill.dependencies = bill.dependencies
  .filter(({ ref }) => kept.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((on) => kept.has(on)) }));
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(bill, null, 2)}\n`);
console.log(`${file}: ${bill.components.length} packages`);
