import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from './journal';

describe('the journal', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'journal-'));
    file = join(folder, 'journal.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function replayed(): unknown[] {
    const entries: unknown[] = [];
    const journal = new Journal(file);
    try {
      journal.replay((entry) => entries.push(entry));
    } finally {
      journal.close();
    }
    return entries;
  }

  it('hands back every line in order', () => {
    const journal = new Journal(file);
    for (let n = 0; n < 3; n += 1) journal.append({ n, text: '门票\n' });
    journal.close();
    expect(replayed()).toEqual([0, 1, 2].map((n) => ({ n, text: '门票\n' })));
  });

  it('reads lines that lie across its reading chunks', () => {
    const journal = new Journal(file);
    const text = '长'.repeat(200_000);
    for (let n = 0; n < 5; n += 1) journal.append({ n, text });
    journal.close();
    expect(replayed()).toEqual([0, 1, 2, 3, 4].map((n) => ({ n, text })));
  });

  it('cuts off half a line at the end and goes on after it', () => {
    writeFileSync(file, '{"n":1}\n{"n":2,"te');
    const journal = new Journal(file);
    journal.replay(() => undefined);
    journal.append({ n: 3 });
    journal.close();
    expect(readFileSync(file, 'utf8')).toBe('{"n":1}\n{"n":3}\n');
  });

  it('refuses a damaged line in the middle, naming it', () => {
    writeFileSync(file, '{"n":1}\nxxx\n');
    appendFileSync(file, '{"n":3}\n');
    expect(replayed).toThrow('line 2 is damaged');
  });
});
