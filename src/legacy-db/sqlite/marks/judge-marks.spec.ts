import { judgeMarks } from './judge-marks';
import type { Marks, MarksFound } from './marks-file';
import type { BookNumbers } from './numbers';

/** Books that have given 5 receipts, 4 serials and 20 events of their first block. */
const BOOKS: BookNumbers = {
  reservedTo: { receipt: 10_000, receipt_serial: 10_000 },
  givenTo: { receipt: 5, receipt_serial: 4, receipt_event: 20 },
  lastAtMs: 1,
};

/** The marks beside them. */
const MARKS: Marks = { reservedTo: BOOKS.reservedTo, givenTo: BOOKS.givenTo, atMs: 1 };

const UNUSED: BookNumbers = { reservedTo: {}, givenTo: {}, lastAtMs: null };

const ROWS: [what: string, books: BookNumbers, beside: MarksFound, verdict: string][] = [
  ['new books', UNUSED, 'none', 'first'],
  ['books from before marks were kept', { ...BOOKS, reservedTo: {} }, 'none', 'first'],
  [
    'books whose first start was cut short before the file was written',
    { ...BOOKS, reservedTo: { receipt: 5, receipt_serial: 4 } },
    'none',
    'first',
  ],
  ['books and marks of one moment', BOOKS, MARKS, 'same'],
  [
    'marks that were written before the books reserved a block',
    { ...BOOKS, reservedTo: { receipt: 20_000, receipt_serial: 10_000 } },
    MARKS,
    'same',
  ],
  [
    'marks that were written before the last rows',
    BOOKS,
    { ...MARKS, givenTo: { receipt: 4 } },
    'same',
  ],
  [
    'marks a block further',
    BOOKS,
    { ...MARKS, reservedTo: { receipt: 10_000, receipt_serial: 20_000 } },
    'restored',
  ],
  [
    'marks one receipt further in the same block',
    BOOKS,
    { ...MARKS, givenTo: { ...BOOKS.givenTo, receipt: 6 } },
    'restored',
  ],
  [
    'marks one event further, without a new number',
    BOOKS,
    { ...MARKS, givenTo: { ...BOOKS.givenTo, receipt_event: 21 } },
    'restored',
  ],
  [
    'marks that know of an earlier restore',
    BOOKS,
    { ...MARKS, reservedTo: { ...BOOKS.reservedTo, receipt_scenic: 1_000 } },
    'restored',
  ],
  ['new books beside the marks of old ones', UNUSED, MARKS, 'restored'],
  [
    'a backup from before marks were kept',
    { ...BOOKS, reservedTo: {} },
    { ...MARKS, reservedTo: {}, givenTo: {} },
    'restored',
  ],
  ['books that kept marks, without them', BOOKS, 'none', 'marksMissing'],
  [
    'books that reserved a block and gave no number yet, without them',
    { ...UNUSED, reservedTo: BOOKS.reservedTo },
    'none',
    'marksMissing',
  ],
  [
    'books that reserved for one table alone, without them',
    { ...BOOKS, reservedTo: { receipt: 10_000, receipt_serial: 4 } },
    'none',
    'marksMissing',
  ],
  ['marks that nobody can read', BOOKS, 'unreadable', 'marksMissing'],
  ['new books beside marks that nobody can read', UNUSED, 'unreadable', 'marksMissing'],
];

describe('books and the marks beside them', () => {
  it.each(ROWS)('%s', (_what, books, beside, verdict) => {
    expect(judgeMarks(books, beside)).toBe(verdict);
  });
});
