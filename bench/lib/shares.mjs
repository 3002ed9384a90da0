// What a CPU profile says, as shares: time by what it is for, and by frame.

/** Names by the innermost frame that fits, which is `file function`, the file without its root. */
const NAMES = [
  ['RSA signature of the call', /alipay-sdk\S*util\.js sign$/],
  ['RSA verification of the answer', /alipay\.signature\.js /],
  ['SQLite: statements', /(prepared-connection|sqlite-database)\.js /],
  ['books: receipt store, write queue', /dist\/src\/legacy-db\//],
  ['gateway: mapping, retries, breaker', /dist\/src\/alipay-gateway\//],
  ['HTTP client of the SDK: urllib, undici', /node_modules\/(urllib|undici)\/|wasm:/],
  ['alipay-sdk', /node_modules\/(alipay-sdk|snakecase-keys|map-obj|(no|dot|snake)-case)\//],
  ['door and log: limits, keys, metrics', /dist\/src\/ops\/|rate-limiter-flexible|prom-client/],
  ['validation: class-validator, class-transformer', /class-(validator|transformer)/],
  [
    'reading and writing formats',
    /dist\/src\/wire\/codec\/\S*-(read|write|scanner|elements|record)\.js|bson\//,
  ],
  ['sending the answer', /dist\/src\/wire\/http\/reply\.js/],
  ['wire: interceptor, pipe, guard, raw body', /dist\/src\/wire\//],
  ['operations', /dist\/src\/(pay|domain)\//],
  ['Nest, express, rxjs', /@nestjs|node_modules\/(express|router|rxjs)\//],
  ['garbage collection', /\(garbage collector\)/],
  ['HTTP server and event loop of Node', /^(node:| |\(program\))/],
];
/** A commit is anything below this frame. */
const COMMITS = {
  name: 'SQLite: begin, savepoints, durable commit',
  pattern: /sqlite-database\.js control$/,
};
const IDLE = '(idle)';

/** Self time in us: `named` by what it is for and `frames` by frame, dearest first. */
export function shares({ nodes, samples, timeDeltas }) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const node of nodes) for (const child of node.children ?? []) byId.get(child).parent = node;
  const named = new Map();
  const frames = new Map();
  let busyUs = 0;
  samples.forEach((id, index) => {
    const node = byId.get(id);
    const us = timeDeltas[index + 1] ?? 0;
    if (node.callFrame.functionName === IDLE) return;
    busyUs += us;
    add(named, nameOf(node), us);
    add(frames, textOf(node), us);
  });
  return { named: dearest(named), frames: dearest(frames), busyUs };
}

/** Node's own code, and native code, work for whoever called them. */
function nameOf(leaf) {
  let name = null;
  let isNodes = true;
  for (let node = leaf; node; node = node.parent) {
    const text = textOf(node);
    if (COMMITS.pattern.test(text)) return COMMITS.name;
    const [found] = isNodes ? (NAMES.find(([, pattern]) => pattern.test(text)) ?? []) : [];
    if (found) {
      name = found;
      isNodes = !/node_modules|dist\/src|garbage|wasm:/.test(text);
    }
  }
  return name ?? 'other';
}

function textOf({ callFrame: { functionName, url } }) {
  return `${url.replace(/^.*?(node_modules|dist)\//, '$1/')} ${functionName || '(anonymous)'}`;
}

function add(map, key, us) {
  map.set(key, (map.get(key) ?? 0) + us);
}

function dearest(map) {
  return [...map].sort((a, b) => b[1] - a[1]);
}
