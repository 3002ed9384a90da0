import { Logger } from '@nestjs/common';
import { MarkedFile } from '../../../../test/database/marked-file';
import { putEmptyBooks } from '../../../../test/database/sqlite-books';
import { openWriter, sqliteReader, sqliteWriter } from '../../data-source';
import { SqliteDatabase } from '../sqlite-database';
import { readRestored } from './books-restored';
import type { Marks } from './marks-file';
import { MarksFile } from './marks-file';
import { BeyondMarks, NumberMarks } from './number-marks';
import { goOnBehind } from './numbers';

const BLOCK = 10_000;

/** The file of the marks: what was written to it, and a disk that takes nothing. */
class WatchedFile extends MarksFile {
  readonly written: Marks[] = [];
  isFull = false;

  override write(marks: Marks): void {
    if (this.isFull) throw new Error('no space');
    super.write(marks);
    this.written.push(marks);
  }
}

describe('the marks of the numbers', () => {
  let at: MarkedFile;
  let tick: () => void;
  let logged: jest.SpyInstance;
  let ended: (() => Promise<unknown>)[];

  beforeEach(async () => {
    at = new MarkedFile();
    ended = [];
    logged = jest.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
    const set = global.setInterval;
    jest.spyOn(global, 'setInterval').mockImplementation((work: () => void) => {
      tick = work;
      return set(() => undefined, 1_000_000);
    });
    await putEmptyBooks(at.file);
  });
  afterEach(async () => {
    for (const end of ended.reverse()) await end();
    jest.restoreAllMocks();
    at.remove();
  });

  /** Marks on a connection of their own, as a process has them. */
  async function process() {
    const [writer, reader] = [sqliteWriter(at.file), sqliteReader(at.file)];
    await openWriter(writer);
    await reader.initialize();
    ended.push(() => Promise.all([writer.destroy(), reader.destroy()]));
    const database = SqliteDatabase.over(writer, reader, at.clock);
    const file = new WatchedFile(at.file);
    const marks = new NumberMarks(database, file, at.clock);
    /** A unit after which `left` numbers of the block of receipts are left. */
    const give = (left: number) =>
      database.write('give', async (db) => {
        await goOnBehind(db, 'receipt', BLOCK - left);
        await marks.guard(db);
      });
    return { database, file, marks, give };
  }

  function given(receipt: number, serial: number): void {
    at.inFile((handle) =>
      handle
        .prepare("insert into sqlite_sequence values ('receipt', ?), ('receipt_serial', ?)")
        .run(receipt, serial),
    );
  }

  function reserved(): unknown {
    const select = 'select name, reserved_to from number_mark order by name';
    return Object.fromEntries(at.inFile((handle) => handle.prepare(select).raw().all()) as []);
  }

  async function until(isSo: () => boolean): Promise<void> {
    for (let turns = 0; turns < 1_000 && !isSo(); turns += 1) await at.clock.turn();
    expect(isSo()).toBe(true);
  }

  it('tell what was given before they were kept, and only then reserve', async () => {
    given(41, 17);
    const { file, marks } = await process();
    await marks.start();
    expect(file.written.map(({ reservedTo }) => reservedTo)).toEqual([
      { receipt: 41, receipt_serial: 17 },
      { receipt: BLOCK + 41, receipt_serial: BLOCK + 17 },
    ]);
  });

  it('let no number through that they do not cover, though others are far from it', async () => {
    const { marks, give } = await process();
    await marks.start();
    await give(0);
    await expect(give(-1)).rejects.toBeInstanceOf(BeyondMarks);
  });

  it('reserve in the background what will be short, and nothing before', async () => {
    const { file, marks, give } = await process();
    await marks.start();
    const { length } = file.written;
    await give(1_000);
    for (let turns = 0; turns < 50; turns += 1) await at.clock.turn();
    expect(file.written).toHaveLength(length);
    await marks.extend();
    expect(reserved()).toEqual({ receipt: BLOCK, receipt_serial: BLOCK });
    await give(999);
    await until(() => file.written.at(-1)?.reservedTo['receipt'] === 2 * BLOCK);
    expect(reserved()).toEqual({ receipt: 2 * BLOCK, receipt_serial: BLOCK });
  });

  it('are brought up to date now and then and at the end, where the books moved', async () => {
    const { file, marks, give } = await process();
    await marks.start();
    const { length } = file.written;
    const clear = jest.spyOn(global, 'clearInterval');
    await give(5_000);
    tick();
    await until(() => file.written.length > length);
    expect(file.written.at(-1)).toMatchObject({ givenTo: { receipt: 5_000 } });
    await give(4_000);
    await marks.stop();
    expect(file.written.at(-1)).toMatchObject({ givenTo: { receipt: 6_000 } });
    expect(file.written).toHaveLength(length + 2);
    expect(clear).toHaveBeenCalled();
    await marks.stop();
    expect(file.written).toHaveLength(length + 2);
  });

  it('say once that the file takes nothing, and again after it did', async () => {
    const { file, marks, give } = await process();
    await marks.start();
    file.isFull = true;
    await give(5_000);
    await marks.stop();
    await marks.stop();
    expect(logged.mock.calls).toEqual([['marks: Error: no space']]);
    file.isFull = false;
    await marks.stop();
    file.isFull = true;
    await give(4_000);
    await marks.stop();
    expect(logged).toHaveBeenCalledTimes(2);
  });

  it('find older books once, though the file does not learn of it', async () => {
    given(41, 17);
    const before = new MarksFile(at.file);
    before.write({
      reservedTo: { receipt: BLOCK },
      givenTo: { receipt: 50, receipt_event: 9 },
      atMs: 1,
    });
    const cut = await process();
    cut.file.isFull = true;
    await expect(cut.marks.start()).rejects.toThrow('no space');
    expect(reserved()).toEqual({
      receipt: 2 * BLOCK,
      receipt_scenic: 1_000,
      receipt_serial: BLOCK + 17,
    });
    const again = await process();
    await again.marks.start();
    const [only, ...others] = await readRestored(again.database.read);
    expect(others).toEqual([]);
    expect(only?.detail).toBe(
      `receipt goes on behind ${BLOCK}, receipt_serial goes on behind 17, ` +
        'scenic bills count on behind 1000, callbacks go on 1000000 later',
    );
  });
});
