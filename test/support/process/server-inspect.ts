import { join } from 'node:path';
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import type { Asked, BooksSource } from '../../database/books-inspect';
import { ALL_TABLES, BooksInspect } from '../../database/books-inspect';

const WORKER = join(__dirname, '../books/mssql-rows.worker.js');
/** Longer than the connection and the question may take. ms. */
const LONGEST_MS = 120_000;

type Answer = { readonly rows: unknown[] } | { readonly error: string };

/** The same looks into the books of a service on SQL Server. */
export class ServerInspect extends BooksInspect {
  constructor(url: string) {
    super(new ServerSource(url));
  }
}

/**
 * Asks by a thread of its own. The one that asks stands still meanwhile, so a server it asks must
 * not be served by it.
 */
class ServerSource implements BooksSource {
  private readonly port: MessagePort;
  private readonly signal = new Int32Array(new SharedArrayBuffer(4));
  private readonly worker: Worker;

  constructor(url: string) {
    const { port1, port2 } = new MessageChannel();
    this.port = port1;
    const workerData = { url, port: port2, signal: this.signal };
    this.worker = new Worker(WORKER, { workerData, transferList: [port2] });
    this.worker.unref();
  }

  rows(statement: string, values: readonly Asked[]): unknown[] {
    let index = 0;
    const text = statement.replace(/\?/g, () => `@p${(index += 1)}`);
    Atomics.store(this.signal, 0, 0);
    this.port.postMessage({ text, values });
    Atomics.wait(this.signal, 0, 0, LONGEST_MS);
    const received = receiveMessageOnPort(this.port) as { message: string } | undefined;
    if (!received) throw new Error('a query of the test had no answer');
    const answer = JSON.parse(received.message) as Answer;
    if ('error' in answer) throw new Error(`a query of the test failed: ${answer.error}`);
    return answer.rows;
  }

  setCard(cardNo: string, balance: string): void {
    const update = 'update card_balance set balance = convert(decimal(18,2), ?) where cardno = ?';
    this.rows(update, [balance, cardNo]);
  }

  everything(): string {
    const tables = [...ALL_TABLES, 'trade'];
    return JSON.stringify(tables.map((table) => this.rows(`select * from ${table}`, [])));
  }

  close(): void {
    this.port.close();
    void this.worker.terminate();
  }
}
