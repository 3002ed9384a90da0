import fs from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../../../../test/support/temp-folder';
import { MarksFile } from './marks-file';
import type { Marks } from './marks-file';

const MARKS: Marks = {
  reservedTo: { receipt: 10_000, receipt_serial: 0 },
  givenTo: { receipt: 5 },
  atMs: 1_795_000_000_000,
};
const STEPS = ['openSync', 'writeFileSync', 'fsyncSync', 'closeSync', 'renameSync'] as const;
const SOMEBODY = 12_345;
/** Only root gives files away. */
const isRoot = process.getuid?.() === 0;

describe('the file of the marks', () => {
  let folder: ReturnType<typeof tempFolder>;
  let books: string;
  let file: MarksFile;

  beforeEach(() => {
    folder = tempFolder();
    books = join(folder.path, 'books.sqlite');
    fs.writeFileSync(books, '');
    file = new MarksFile(books);
  });
  afterEach(() => {
    jest.restoreAllMocks();
    folder.remove();
  });

  it('gives back what was written, zeros too, and is none before', () => {
    expect(file.read()).toBe('none');
    file.write(MARKS);
    expect(file.read()).toEqual(MARKS);
    const next = { reservedTo: {}, givenTo: {}, atMs: 0 };
    file.write(next);
    expect(file.read()).toEqual(next);
  });

  it.each<[what: string, content: unknown]>([
    ['nothing', null],
    ['a number', 5],
    ['a list', []],
    ['no marks', {}],
    ['no reserved numbers', { ...MARKS, reservedTo: undefined }],
    ['null for reserved numbers', { ...MARKS, reservedTo: null }],
    ['a number for reserved numbers', { ...MARKS, reservedTo: 5 }],
    ['text for a number', { ...MARKS, reservedTo: { receipt: '5' } }],
    ['half a number', { ...MARKS, reservedTo: { receipt: 5.5 } }],
    ['less than nothing', { ...MARKS, reservedTo: { receipt: -1 } }],
    ['no given numbers', { ...MARKS, givenTo: undefined }],
    ['text for given numbers', { ...MARKS, givenTo: '' }],
    ['a given number too large', { ...MARKS, givenTo: { receipt: 2 ** 53 } }],
    ['no time', { ...MARKS, atMs: undefined }],
    ['text for a time', { ...MARKS, atMs: '1795000000000' }],
  ])('is unreadable with %s in it', (_what, content) => {
    fs.writeFileSync(file.path, JSON.stringify(content));
    expect(file.read()).toBe('unreadable');
  });

  it('that cannot be read or written is a trouble of the database', () => {
    const refused = (why: string) => {
      const message = `DATABASE_UNAVAILABLE: ${file.path} cannot be ${why}: no number is given`;
      return { code: 'DATABASE_UNAVAILABLE', message: expect.stringContaining(message) as string };
    };
    fs.mkdirSync(file.path);
    expect(() => file.read()).toThrow(expect.objectContaining(refused('read (EISDIR)')) as Error);
    expect(() => file.write(MARKS)).toThrow(
      expect.objectContaining(refused('written (EISDIR)')) as Error,
    );
  });

  it('is on the disk before it takes the place of the old one, and its name after that', () => {
    const log: string[] = [];
    const files = new Map<number, string>();
    for (const step of STEPS) {
      const real = fs[step] as (...args: unknown[]) => unknown;
      jest.spyOn(fs, step).mockImplementation(((...args: unknown[]) => {
        const result = real(...args);
        if (step === 'openSync') files.set(result as number, String(args[0]));
        log.push(`${step} ${files.get(args[0] as number) ?? String(args[0])}`);
        return result;
      }) as never);
    }
    file.write(MARKS);
    jest.restoreAllMocks();
    const [next, around] = [`${file.path}.new`, folder.path];
    expect(log).toEqual([
      ...['openSync', 'writeFileSync', 'fsyncSync', 'closeSync', 'renameSync'].map(
        (step) => `${step} ${next}`,
      ),
      ...['openSync', 'fsyncSync', 'closeSync'].map((step) => `${step} ${around}`),
    ]);
  });

  it('belongs to whom the books belong when root writes it', () => {
    if (isRoot) fs.chownSync(books, SOMEBODY, SOMEBODY);
    file.write(MARKS);
    const [its, theirs] = [fs.statSync(file.path), fs.statSync(books)];
    expect([its.uid, its.gid]).toEqual([theirs.uid, theirs.gid]);
  });

  it('is not given away by others, who do not look whose the books are', () => {
    jest.spyOn(process, 'getuid').mockReturnValue(SOMEBODY);
    fs.rmSync(books);
    file.write(MARKS);
    expect(file.read()).toEqual(MARKS);
  });
});
