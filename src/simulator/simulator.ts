import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { FeeRate } from './bill/bill-rows';
import { Bills } from './bill/bills';
import { Calls } from './gateway/calls';
import { claimFolder } from './gateway/claim';
import { machineClock, SimClock } from './clock';
import { Control } from './control/control';
import { billRoutes } from './control/control-bill';
import { faultRoutes } from './control/control-faults';
import { notifyRoutes } from './control/control-notify';
import { clockRoutes, tradeRoutes } from './control/control-trades';
import { Faults } from './gateway/faults';
import { GatewayEndpoint, WorldFor } from './gateway/gateway-http';
import { newTradeNo } from './ledger/guest';
import { Journal } from './ledger/journal';
import { dataFiles, Identity, KeyMode, loadIdentity, writeClientEnv } from './keys/keys';
import { Ledger } from './ledger/ledger';
import { Linger } from './gateway/linger';
import { notifyBody, notifyForm } from './notify/notify-form';
import { postNotify } from './notify/notify-post';
import { Notifier, Notify } from './notify/notifier';
import { PhoneEndpoint } from './pages/phone-http';
import { PanelEndpoint } from './panel/panel-http';
import { routes } from './server';
import { Order } from './ledger/trades';
import { writeWhole } from './keys/write-whole';

/** What stands behind the seller's number in the names of bills. */
const BILL_ACCOUNT_END = '0156';

/** How a simulator is to run. */
export interface SimulatorOptions {
  /** Folder of keys, ledger and addresses; made when it is not there. */
  readonly dataDir: string;
  /** 0: a free port. */
  readonly port: number;
  readonly host: string;
  /** Base of the codes' addresses; undefined: the simulator's own address. */
  readonly publicUrl?: string | undefined;
  /** Whether its clients use keys (default) or certificates. */
  readonly keyMode?: KeyMode | undefined;
  /** Real milliseconds that every gateway answer is held back. */
  readonly latencyMs: number;
  /** Factor on the retry times of notifies; default 1. */
  readonly notifyScale?: number | undefined;
  /** Simulated milliseconds before the refund query shows a refund; default 0. */
  readonly refundVisibleMs?: number | undefined;
  /** What its bills take of every payment, in hundredths of a percent; default 0. */
  readonly feeRate?: FeeRate | undefined;
  /**
   * Milliseconds without an attached service after which `onAlone` is called, or as soon as
   * `dataDir` is deleted then; null: never.
   */
  readonly lingerMs: number | null;
  readonly onAlone: () => void;
}

/** The simulator cannot listen where it is to. */
export class NoAddress extends Error {
  constructor(host: string, port: number, cause: NodeJS.ErrnoException) {
    const taken = cause.code === 'EADDRINUSE';
    const why = taken
      ? `port ${port} is already in use by another program: stop it, or set another port`
      : `${host}:${port} cannot be listened on (${cause.code})`;
    super(`${taken ? 'SIM_PORT' : 'SIM_PORT and HOST'}: ${why}`, { cause });
  }
}

/** A simulator that is listening. */
export interface RunningSimulator {
  readonly port: number;
  readonly url: string;
  readonly publicUrl: string;
  /** Stops listening, cuts open connections and lets go of the data folder. */
  close(): Promise<void>;
}

/**
 * Starts a simulator in this process. Throws `FolderTaken` when another one has the folder,
 * `NoAddress` when the port is taken, and plainly when the folder is damaged.
 */
export async function runSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const dataDir = resolve(options.dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const letGo = await claimFolder(dataDir);
  try {
    return await start({ ...options, dataDir }, letGo);
  } catch (error) {
    letGo();
    throw error;
  }
}

async function start(options: SimulatorOptions, letGo: () => void): Promise<RunningSimulator> {
  const { dataDir } = options;
  const files = dataFiles(dataDir);
  const identity = await loadIdentity(dataDir, options.keyMode);
  const clock = machineClock();
  const journal = new Journal(files.journal);
  const notifier = notifierOf(identity, clock, journal, options.notifyScale ?? 1);
  const ledger = openLedger(journal, clock, notifier);
  const server = createServer();
  const port = await listen(server, options.port, options.host);
  const url = `http://${hostInUrl(options.host)}:${port}`;
  const publicUrl = (options.publicUrl ?? url).replace(/\/+$/, '');
  const linger = new Linger(
    options.lingerMs,
    () => !existsSync(files.announcement),
    options.onAlone,
  );

  const faults = new Faults();
  const calls = new Calls(clock);
  const refundVisibleMs = options.refundVisibleMs ?? 0;
  const account = `${identity.account.sellerId}${BILL_ACCOUNT_END}`;
  const bills = new Bills(ledger, clock, account, options.feeRate ?? 0, () => url);
  const parts = { identity, ledger, clock, publicUrl, faults, refundVisibleMs, bills };
  const worldFor = worldOf(parts);
  const gateway = new GatewayEndpoint(identity, worldFor, faults, calls, options.latencyMs);
  const control = new Control([
    ...tradeRoutes(ledger, clock, publicUrl),
    ...faultRoutes(faults, calls),
    ...clockRoutes(clock, () => notifier.wake()),
    ...notifyRoutes(notifier, ledger),
    ...billRoutes(bills),
  ]);
  const phone = new PhoneEndpoint(ledger, clock, identity.account.merchantName);
  const panel = new PanelEndpoint({ ledger, clock, faults, calls, notifier, bills, control });
  const about = { id: identity.account.id, pid: process.pid, port, url, publicUrl };
  const health = () => ({ status: 'ok', ...about, attached: linger.count });
  server.on('request', routes({ gateway, phone, control, panel, bills, linger, health }, clock));

  writeClientEnv(dataDir, identity, url);
  writeWhole(files.announcement, `${JSON.stringify(about, null, 2)}\n`);
  notifier.wake();
  const close = async (): Promise<void> => {
    linger.stop();
    notifier.stop();
    withdraw(files.announcement);
    await stopListening(server);
    journal.close();
    letGo();
  };
  return { port, url, publicUrl, close };
}

function openLedger(journal: Journal, clock: SimClock, notifier: Notifier): Ledger {
  const ledger = new Ledger(journal, clock, (order, before) => {
    notifier.orderChanged(order, before);
  });
  journal.replay((entry) => {
    const { order, notify } = entry as { order?: Order; notify?: Notify };
    if (order !== undefined) ledger.restore(order);
    if (notify !== undefined) notifier.restore(notify);
  });
  return ledger;
}

function notifierOf(
  { account, alipayPrivateKey }: Identity,
  clock: SimClock,
  journal: Journal,
  scale: number,
): Notifier {
  return new Notifier({
    clock,
    scale,
    post: postNotify,
    form: (order, event) => notifyForm(account, order, event, clock.nowMs()),
    body: (form, tampering) => notifyBody(form, alipayPrivateKey, tampering),
    keep: (notify) => journal.append({ atMs: clock.nowMs(), cause: 'notify', notify }),
  });
}

/** Of what the world of the gateway's methods is made. */
interface WorldParts {
  readonly identity: Identity;
  readonly ledger: Ledger;
  readonly clock: SimClock;
  readonly publicUrl: string;
  readonly faults: Faults;
  readonly bills: Pick<Bills, 'ask'>;
  /** What a fault can raise. */
  readonly refundVisibleMs: number;
}

/** What the gateway's methods see and change: one ledger, at one address. */
export function worldOf(parts: WorldParts): WorldFor {
  const { identity, ledger, clock, publicUrl, faults } = parts;
  return (rehearsal) => ({
    account: identity.account,
    appPublicKey: identity.appPublicKey,
    certificates: identity.certificates,
    publicUrl,
    nowMs: () => clock.nowMs(),
    isBalanceShort: () => faults.isBalanceShort,
    refundVisibleMs: () => Math.max(parts.refundVisibleMs, faults.refundVisibleMs),
    find: (outTradeNo) => ledger.find(outTradeNo),
    findByTradeNo: (tradeNo) => ledger.findByTradeNo(tradeNo),
    bill: (date) => parts.bills.ask(date),
    save: (order, cause) => {
      if (!rehearsal) ledger.save(order, cause);
    },
    newCode: () => randomBytes(18).toString('base64url'),
    newTradeNo: () => newTradeNo(clock.nowMs()),
  });
}

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new NoAddress(host, port, error));
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function stopListening(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Takes the announcement away, unless it is of another process by now. */
function withdraw(file: string): void {
  try {
    const { pid } = JSON.parse(readFileSync(file, 'utf8')) as { pid: number };
    if (pid === process.pid) rmSync(file);
  } catch {
    // It is already gone.
  }
}

/** The host by which this machine reaches a server bound to `host`. */
function hostInUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
