// `npm run mutate -- --only FOLDER`: the program, from the sources.
require('./load-ts.js');
require('./main.ts');
