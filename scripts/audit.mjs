/**
 * `npm run audit`: known holes in what is installed, of severity high and above.
 * Exit codes: 0 none; 1 there are some; 2 nobody was able to tell. Not every registry knows holes,
 * and some answer every question with "none": so one that everybody knows is asked for first.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A version with a critical hole, published in 2022. */
const KNOWN = { name: 'minimist', version: '0.0.8' };

/** What npm says about the folder's lock file; null and a reason where it cannot say. */
function audit(folder) {
  const run = spawnSync('npm', ['audit', '--json', '--package-lock-only'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  try {
    const report = JSON.parse(run.stdout);
    if (report.auditReportVersion) return { report };
    const status = report.statusCode ? `HTTP ${report.statusCode}` : 'no answer';
    return { report: null, reason: `the registry serves no audit (${status})` };
  } catch {
    return { report: null, reason: 'npm gave no report' };
  }
}

function knownHole() {
  const folder = mkdtempSync(join(tmpdir(), 'audit-'));
  const dependencies = { [KNOWN.name]: KNOWN.version };
  const packages = {
    '': { name: 'known', version: '1.0.0', dependencies },
    [`node_modules/${KNOWN.name}`]: { version: KNOWN.version },
  };
  const lock = { name: 'known', version: '1.0.0', lockfileVersion: 3, requires: true, packages };
  try {
    writeFileSync(join(folder, 'package.json'), JSON.stringify(packages['']));
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify(lock));
    return audit(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function cannotTell(reason) {
  console.error(`Not audited: ${reason}. Run it again with a registry that has an audit endpoint.`);
  process.exit(2);
}

const known = knownHole();
if (!known.report) cannotTell(known.reason);
if (!known.report.vulnerabilities[KNOWN.name]) {
  cannotTell('the registry answers, but does not know a hole that everybody knows');
}
const { report, reason } = audit(process.cwd());
if (!report) cannotTell(reason);
const all = Object.values(report.vulnerabilities);
const grave = all.filter(({ severity }) => severity === 'high' || severity === 'critical');
for (const { name, severity, via } of grave) {
  const reasons = via.map((each) => (each.title ? `${each.range} ${each.title}` : `by ${each}`));
  console.error(`${severity}: ${name}: ${reasons.join('; ')}`);
}
console.log(`Audited: ${grave.length} of high or critical severity, ${all.length} in all.`);
process.exit(grave.length > 0 ? 1 : 0);
