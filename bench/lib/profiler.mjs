// Preloaded into a process that is to be profiled: SIGUSR2 starts a CPU profile, the next one ends
// it and writes it to PROFILE_FILE.
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';

const INTERVAL_US = 200;
let session = null;

function begin() {
  session = new Session();
  session.connect();
  session.post('Profiler.enable');
  session.post('Profiler.setSamplingInterval', { interval: INTERVAL_US });
  session.post('Profiler.start', () => process.stdout.write('profile begun\n'));
}

function end() {
  session.post('Profiler.stop', (error, result) => {
    if (error) throw error;
    writeFileSync(process.env.PROFILE_FILE, JSON.stringify(result.profile));
    session.disconnect();
    session = null;
    process.stdout.write('profile written\n');
  });
}

process.on('SIGUSR2', () => (session ? end() : begin()));
