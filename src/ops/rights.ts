import type { Role } from '../domain/access/role';

/**
 * Who may call a route where keys are asked for. `open`: everybody. `signed`: everybody, because
 * its own protocol proves who calls. `session`: whoever is signed in at the console, which asks for
 * that itself. Else: the roles a key must have one of.
 */
export type Right = 'open' | 'signed' | 'session' | readonly Role[];

/** `ALL`: whatever verb, for a route that refuses the others in its own protocol. */
export type Verb = 'GET' | 'POST' | 'ALL';

/** One row of the table. */
export interface RouteRight {
  /** As the router has it, with a slash at the start. */
  readonly path: string;
  readonly verb: Verb;
  readonly right: Right;
}

const BASES = ['/api/3Pay/AliPay', '/api/UnPos/3Pay/AliPay'];
const TILLS: readonly Role[] = ['till', 'desk', 'operator'];
/** Who may give money back in parts, and without an end in time. */
const DESKS: readonly Role[] = ['desk', 'operator'];
/** Who looks at receipts. A viewer changes nothing, and so may not have Alipay asked. */
const READERS: readonly Role[] = ['till', 'desk', 'viewer', 'operator'];
/** A till has no use for a file of all there is. */
const EXPORTERS: readonly Role[] = ['viewer', 'operator'];
const WATCHERS: readonly Role[] = ['monitor', 'operator'];
/** The operations under both addresses, and who may call them. */
const OPERATIONS: Readonly<Record<string, readonly Role[]>> = {
  ScanCode: TILLS,
  Query: TILLS,
  BarCode: TILLS,
  Cancel: TILLS,
  Refund: DESKS,
  RefundQuery: TILLS,
};

/** What is shown at the console, and what is done there, by the path behind `/console`. */
const CONSOLE_PAGES = [
  ...['', '/alarms', '/alarms/close', '/refunds', '/callbacks'],
  ...['/receipts', '/receipts/export'],
  ...['', '/refund', '/cancel', '/release', '/look', '/send-again'].map(
    (name) => `/receipts/:id${name}`,
  ),
  ...['/refunds/withdraw', '/refunds/leave'],
  ...['/keys', '/keys/new', '/keys/revoke', '/acts', '/doctor', '/reconciliation'],
  ...['statement', 'statement-file', 'again', 'file'].map((name) => `/reconciliation/${name}`),
];
const CONSOLE_ACTS = [
  ...['/sign-out', '/alarms/end', '/keys/make', '/keys/end'],
  ...['/reconciliation/compare', '/reconciliation/take', '/refunds/give-up', '/refunds/left'],
  ...['refresh', 'give-back', 'undo', 'let-go', 'resend'].map((name) => `/receipts/:id/${name}`),
];

function row(verb: Verb, path: string, right: Right): RouteRight {
  return { path, verb, right };
}

/** Every route there may be. One that is not here is not served: the service does not start. */
export const RIGHTS: readonly RouteRight[] = [
  ...BASES.flatMap((base) =>
    Object.entries(OPERATIONS).map(([name, right]) => row('POST', `${base}/${name}`, right)),
  ),
  row('POST', '/api/3Pay/Xpos/QueryStatus', TILLS),
  row('POST', '/api/3Pay/Events', TILLS),
  row('POST', '/api/3Pay/Receipts/Search', READERS),
  row('POST', '/api/3Pay/Receipts/Get', READERS),
  row('POST', '/api/3Pay/Receipts/Refresh', TILLS),
  row('GET', '/api/3Pay/Receipts/Export', EXPORTERS),
  row('POST', '/api/3Pay/AliPay/Notify', 'signed'), // Alipay's signature.
  row('ALL', '/router/rest', 'signed'), // TOP's app key and sign.
  row('GET', '/health/live', 'open'), // Probes bring no keys; they say next to nothing.
  row('GET', '/health/ready', 'open'),
  row('GET', '/metrics', WATCHERS),
  // Who may see or do what there is said in src/console/session.
  ...['sign-in', 'look', 'files/:name'].map((name) => row('GET', `/console/${name}`, 'open')),
  row('POST', '/console/session', 'open'),
  ...CONSOLE_PAGES.map((name) => row('GET', `/console${name}`, 'session')),
  ...CONSOLE_ACTS.map((name) => row('POST', `/console${name}`, 'session')),
  // Served outside production alone, unless SWAGGER says so; a browser cannot bring a key.
  row('GET', '/', 'open'),
  row('GET', '/till/:name', 'open'),
  row('GET', '/till/:room/:name', 'open'),
  row('GET', '/docs', 'open'),
  row('GET', '/docs/', 'open'),
  row('GET', '/docs/index.html', 'open'),
  row('GET', '/docs/LICENSE', 'open'),
  row('GET', '/docs/swagger-ui-init.js', 'open'),
  row('GET', '/docs/docs/swagger-ui-init.js', 'open'),
  row('GET', '/docs-json', 'open'),
  row('GET', '/docs-yaml', 'open'),
  row('GET', '/docs/:sample.bson', 'open'),
];

const BY_PATH: ReadonlyMap<string, RouteRight> = new Map(RIGHTS.map((each) => [each.path, each]));

/** The right of a route by the path the router has it under; null: it is not listed. */
export function rightOf(path: string): RouteRight | null {
  return BY_PATH.get(path) ?? null;
}

/** Must a caller bring a key? Not where another protocol proves who calls. */
export function asksForKey(path: string): boolean {
  return rightOf(path)?.right !== 'signed';
}

const SIGNED = RIGHTS.filter(({ right }) => right === 'signed').map((signed) => {
  return { ...signed, path: signed.path.toLowerCase() };
});

/**
 * Is this a call that proves itself by a signature of its own protocol? `path`: as it was sent, in
 * its plain spelling. Says nothing about rights: it decides before any route is chosen.
 */
export function isSignedCall(verb: string, path: string): boolean {
  const name = path.toLowerCase().replace(/\/$/, '');
  return SIGNED.some((signed) => signed.path === name && verbIs(signed, verb));
}

/** The route a message stands for; its right is that of the message. */
export const MESSAGE_ROUTES: Readonly<Record<string, string>> = {
  '3pay.alipay.scancode': '/api/3Pay/AliPay/ScanCode',
  '3pay.alipay.query': '/api/3Pay/AliPay/Query',
  '3pay.alipay.barcode': '/api/3Pay/AliPay/BarCode',
  '3pay.alipay.cancel': '/api/3Pay/AliPay/Cancel',
  '3pay.alipay.refund': '/api/3Pay/AliPay/Refund',
  '3pay.alipay.refundquery': '/api/3Pay/AliPay/RefundQuery',
  '3pay.xpos.querystatus': '/api/3Pay/Xpos/QueryStatus',
  '3pay.events': '/api/3Pay/Events',
  '3pay.receipts.search': '/api/3Pay/Receipts/Search',
  '3pay.receipts.get': '/api/3Pay/Receipts/Get',
  '3pay.receipts.refresh': '/api/3Pay/Receipts/Refresh',
};

/** The right of a message by its pattern; null: it is not listed. */
export function rightOfMessage(pattern: string): RouteRight | null {
  return Object.hasOwn(MESSAGE_ROUTES, pattern) ? rightOf(MESSAGE_ROUTES[pattern] ?? '') : null;
}

/** May this verb be served on it? */
export function verbIs({ verb }: RouteRight, served: string): boolean {
  return verb === 'ALL' || verb === served;
}

/** May a key with this role call it? */
export function mayCall({ right }: RouteRight, { role }: { readonly role: Role }): boolean {
  return typeof right === 'string' || right.includes(role);
}
