import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSimulator, SimulatorOptions } from '../../src/simulator/simulator';
import { giveSimulatorKeys, keepSimulatorKeys } from '../support/far-side/simulator-keys';

export interface Answer {
  status: number;
  text: string;
  headers: Headers;
  /** The parsed body. */
  body: Record<string, unknown>;
  /** The node of the method, or error_response. */
  node: Record<string, unknown>;
  /** Whether the body's sign is Alipay's over the node's exact bytes; null: no sign at all. */
  verified: boolean | null;
}

export interface Reply {
  status: number;
  body: Record<string, unknown>;
}

export type Settings = Record<string, string>;

/** The settings a simulator has written for its clients. */
function clientSettings(dataDir: string): Settings {
  const lines = readFileSync(join(dataDir, 'client.env'), 'utf8').split('\n');
  return Object.fromEntries(
    lines
      .filter((line) => /^\w+=/.test(line))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** A small Alipay client of our own: signs by the book, verifies the raw bytes. */
export class TestClient {
  readonly settings: Settings;
  readonly url: string;

  constructor(readonly dataDir: string) {
    this.settings = clientSettings(dataDir);
    this.url = (this.settings['ALIPAY_GATEWAY'] ?? '').replace('/gateway.do', '');
  }

  /** The common parameters and biz_content, unsigned. */
  parameters(method: string, biz: object, more: Settings = {}): Settings {
    return {
      app_id: this.settings['ALIPAY_APP_ID'] ?? '',
      method,
      charset: 'utf-8',
      sign_type: 'RSA2',
      timestamp: '2026-11-22 12:00:00',
      version: '1.0',
      biz_content: JSON.stringify(biz),
      ...more,
    };
  }

  signed(parameters: Settings): Settings {
    const text = Object.keys(parameters)
      .filter((name) => name !== 'sign' && parameters[name] !== '')
      .sort()
      .map((name) => `${name}=${parameters[name]}`)
      .join('&');
    const key = createPrivateKey(readFileSync(this.settings['ALIPAY_PRIVATE_KEY_FILE'] ?? ''));
    return { ...parameters, sign: sign('RSA-SHA256', Buffer.from(text), key).toString('base64') };
  }

  async call(method: string, biz: object, more: Settings = {}): Promise<Answer> {
    return this.post(this.signed(this.parameters(method, biz, more)));
  }

  async post(parameters: Settings): Promise<Answer> {
    return this.send(new URLSearchParams(parameters).toString());
  }

  async send(form: string, init: RequestInit = {}, query = ''): Promise<Answer> {
    const answer = await fetch(`${this.url}/gateway.do${query}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded;charset=utf-8' },
      body: form,
      ...init,
    });
    return this.read(answer);
  }

  async read(answer: Response): Promise<Answer> {
    const text = await answer.text();
    const body = (text.startsWith('{') ? parseOrEmpty(text) : {}) as Record<string, unknown>;
    const name = Object.keys(body).find((one) => one.endsWith('_response')) ?? '';
    return {
      status: answer.status,
      text,
      headers: answer.headers,
      body,
      node: (body[name] ?? {}) as Record<string, unknown>,
      verified: this.isSigned(text, name),
    };
  }

  /** Calls the control API. */
  async control(verb: string, path: string, body?: object | string): Promise<Reply> {
    const init = typeof body === 'object' ? JSON.stringify(body) : body;
    const answer = await fetch(`${this.url}${path}`, {
      method: verb,
      ...(init === undefined ? {} : { body: init }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  private isSigned(text: string, name: string): boolean | null {
    const cut = text.lastIndexOf(',"sign":"');
    if (cut < 0) return null;
    const named = text.lastIndexOf(',"alipay_cert_sn":"');
    const node = text.slice(`{"${name}":`.length, named < 0 ? cut : named);
    const signature = Buffer.from(text.slice(cut + ',"sign":"'.length, -2), 'base64');
    const { ALIPAY_PUBLIC_KEY_FILE, ALIPAY_PUBLIC_CERT_FILE } = this.settings;
    const file = ALIPAY_PUBLIC_KEY_FILE ?? ALIPAY_PUBLIC_CERT_FILE ?? '';
    const key = createPublicKey(readFileSync(file));
    return verify('RSA-SHA256', Buffer.from(node), key, signature);
  }
}

function parseOrEmpty(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

/** A fresh folder that `remove` deletes. */
export function freshFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'simulator-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A simulator inside the test process, on a free port and a fresh folder. */
export async function startTestSimulator(options: Partial<SimulatorOptions> = {}) {
  const folder = freshFolder();
  // In certificate mode it makes its own: a test of both modes has two accounts.
  const shared = options.keyMode === undefined;
  if (shared) giveSimulatorKeys(folder.path);
  const simulator = await runSimulator({
    dataDir: folder.path,
    port: 0,
    host: '127.0.0.1',
    latencyMs: 0,
    lingerMs: null,
    onAlone: () => undefined,
    ...options,
  });
  if (shared) keepSimulatorKeys(folder.path);
  const client = new TestClient(options.dataDir ?? folder.path);
  const stop = async () => {
    await simulator.close();
    folder.remove();
  };
  return { simulator, client, stop };
}

let lastNumber = 0;

/** A number that no other test of the run uses. */
export function freshNumber(): string {
  lastNumber += 1;
  return `T${process.pid}_${lastNumber}`;
}

/** A precreate that works, with a fresh number. */
export function goodBiz(more: object = {}) {
  return { out_trade_no: freshNumber(), total_amount: '88.88', subject: '景区门票', ...more };
}

/** The secret part of a code's address. */
export function codeOf(answer: Answer): string {
  return String(answer.node['qr_code']).split('/').at(-1) ?? '';
}
