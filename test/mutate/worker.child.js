// A process that judges mutants, from the sources.
require('./load-ts.js');
require('./worker.ts');
