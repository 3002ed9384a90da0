/** A worker outside jest's sandbox, from the sources: nothing has to be built before. */
const { readFileSync } = require('node:fs');
const { transformSync } = require('@swc/core');

const SWC = {
  swcrc: false,
  module: { type: 'commonjs' },
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
};

require.extensions['.ts'] = (module, filename) => {
  module._compile(
    transformSync(readFileSync(filename, 'utf8'), { ...SWC, filename }).code,
    filename,
  );
};

require('./worker.ts');
