import { Binary, Code, Decimal128, Double, Int32, Long, ObjectId, serialize } from 'bson';
import { PayError } from '../../../domain/errors';
import { readBson } from './bson-read';
import { AliScanCodeParm } from '../../../../test/support/contracts';

function read(bytes: Uint8Array): object {
  return readBson(AliScanCodeParm, Buffer.from(bytes));
}

function refusal(bytes: Uint8Array): string {
  try {
    return `accepted ${JSON.stringify(read(bytes))}`;
  } catch (error) {
    if (!(error instanceof PayError)) throw error;
    return `${error.code} ${error.shown}`;
  }
}

/** A document from the hex of its elements. */
function document(hex: string): Buffer {
  const elements = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const length = Buffer.alloc(4);
  length.writeInt32LE(elements.length + 5);
  return Buffer.concat([length, elements, Buffer.from([0])]);
}

const X = '7800'; // The name of an unknown member.

describe('readBson', () => {
  it.each([
    [
      { billnum: 'a', body: '中😀', cardno: null },
      { billnum: 'a', body: '中😀', cardno: null },
    ],
    [
      { BillNum: new Int32(5), paytype: Long.fromString('5000000000') },
      { billnum: '5', paytype: '5000000000' },
    ],
    [{ billtype: new Double(5) }, { billtype: '5' }],
    [{ paymentvalue: new Double(0.1 + 0.2) }, { paymentvalue: '0.3' }],
    [{ paymentvalue: new Double(19.99) }, { paymentvalue: '19.99' }],
    [{ paymentvalue: new Double(2 ** 53 + 2) }, { paymentvalue: '9007199254740990' }],
    [{ paymentvalue: new Double(1e21) }, { paymentvalue: '1000000000000000000000' }],
    [{ paymentvalue: Decimal128.fromString('5.10') }, { paymentvalue: '5.10' }],
    [{ paymentvalue: Decimal128.fromString('1E+3') }, { paymentvalue: '1000' }],
    [{ paymentvalue: Long.MAX_VALUE }, { paymentvalue: '9223372036854775807' }],
    [{ paymentvalue: ' 5,00' }, { paymentvalue: ' 5,00' }],
    [{}, {}],
  ])('reads %j', (value, record) => {
    expect(read(serialize(value))).toEqual(record);
  });

  it('passes unknown members of every well-formed type', () => {
    const types = [
      `01${X}0000000000000000`,
      `02${X}020000006100`,
      `03${X}0500000000`,
      `04${X}0c0000001030000100000000`,
      `05${X}01000000 00 ff`,
      `06${X}`,
      `07${X}000102030405060708090a0b`,
      `08${X}01`,
      `09${X}0000000000000000`,
      `0a${X}`,
      `0b${X}6100 6900`,
      `0c${X}020000006100 000102030405060708090a0b`,
      `0d${X}020000006100`,
      `0e${X}020000006100`,
      `0f${X}0f000000 020000006100 0500000000`,
      `10${X}01000000`,
      `11${X}0000000000000000`,
      `12${X}0000000000000000`,
      `13${X}00000000000000000000000000000000`,
      `ff${X}`,
      `7f${X}`,
      '035f5f70726f746f5f5f000500000000', // __proto__
      '02636f6e7374727563746f7200020000006100', // constructor
    ];
    expect(read(document(types.join('')))).toEqual({});
    expect(read(document(types.join('') + types.join('')))).toEqual({});
  });

  it.each([
    ['a boolean', serialize({ billnum: true })],
    ['a document', serialize({ billnum: { a: 1 } })],
    ['an array', serialize({ billnum: ['a'] })],
    ['code', serialize({ billnum: new Code('x') })],
    ['code with scope', serialize({ billnum: new Code('x', { y: 1 }) })],
    ['a regex', serialize({ billnum: /x/ })],
    ['a binary', serialize({ billnum: new Binary(Buffer.from('ab')) })],
    ['an object id', serialize({ billnum: new ObjectId() })],
    ['a date', serialize({ billnum: new Date(0) })],
    ['a fraction', serialize({ billnum: new Double(1.5) })],
    ['NaN', serialize({ billnum: new Double(NaN) })],
    ['a Decimal128', serialize({ billnum: Decimal128.fromString('5') })],
    ['a symbol', document('0e 62696c6c6e756d00 02000000 6100')],
    ['undefined', document('06 62696c6c6e756d00')],
    ['a type nobody knows', document('42 62696c6c6e756d00')],
    ['a type nobody knows behind others', document(`10${X}42424242 42 42694c6c6e756d00 0a${X}`)],
    ['a duplicate', document('0a 62696c6c6e756d00 0a 62696c6c6e756d00')],
    ['a duplicate in another case', document('0a 62696c6c6e756d00 0a 42696c6c6e756d00')],
  ])('refuses %s for a text member and names it', (_name, bytes) => {
    expect(refusal(bytes)).toMatch(/^INVALID_MEMBER .*billnum/);
  });

  it.each([
    ['NaN', new Double(NaN)],
    ['Infinity', new Double(Infinity)],
    ['Decimal128 NaN', Decimal128.fromString('NaN')],
    ['Decimal128 1E+6000', Decimal128.fromString('1E+6000')],
    ['true', true],
    ['an array', [5]],
  ])('refuses %s for an amount and names it', (_name, paymentvalue) => {
    expect(refusal(serialize({ paymentvalue }))).toMatch(/^INVALID_MEMBER .*paymentvalue/);
  });

  it.each([
    ['nothing', ''],
    ['a short length', '0500'],
    ['a length of 0', '0000000000'],
    ['a negative length', 'ffffffff00'],
    ['a huge length', 'ffffff7f00'],
    ['a length past the end', '0600000000'],
    ['trailing bytes', '050000000000'],
    ['no final NUL', '0500000001'],
  ])('refuses a document with %s', (_name, hex) => {
    expect(refusal(Buffer.from(hex, 'hex'))).toMatch(/^UNREADABLE /);
  });

  it.each([
    ['a type nobody knows', `42${X}`],
    ['a type nobody knows for a name that only ends like a member', '42 784262696c6c6e756d00'],
    ['a type nobody knows without a name', '42'],
    ['a name that does not end', '0278'],
    ['a name that is not UTF-8', '0aff00'],
    ['a text of length 0', `02${X}00000000`],
    ['a text of negative length', `02${X}ffffffff00`],
    ['a text past the end', `02${X}ffffff7f00`],
    ['a text without final NUL', `02${X}020000006161`],
    ['a text that is not UTF-8', `02${X}03000000c0af00`],
    ['a surrogate in UTF-8', `02${X}04000000eda0bd00`],
    ['an inner document past the end', `03${X}ff00000000`],
    ['an inner document of length 0', `03${X}00000000`],
    ['an inner document of length 2', `03${X}02000000`],
    ['an inner document of length 4', `03${X}0400000000`],
    ['an inner document with a bad element', `03${X}0800000042780000`],
    ['a boolean of 2', `08${X}02`],
    ['a number that is cut', `10${X}0100`],
    ['a binary of negative length', `05${X}ffffffff 0a${X}`],
    ['a binary past the end', `05${X}ff00000000`],
    ['a code whose length lies', `0f${X}10000000 020000006100 0500000000`],
    ['a code with something behind its scope', `0f${X}10000000 020000006100 0500000000 0a${X}`],
    ['a code without scope', `0f${X}ff000000 020000006100`],
    ['a code too short for a text', `0f${X}05000000`],
    ['a code whose text is of negative length', `0f${X}0f000000 fcffffff6100 0500000000`],
    ['a code past the end', `0f${X}ff000000 020000006100 0500000000`],
    ['a NUL in front', '00'],
  ])('refuses %s', (_name, hex) => {
    expect(refusal(document(hex))).toMatch(/^UNREADABLE /);
  });

  it('refuses a nesting deeper than 32, and 10,000 at once', () => {
    const nested = (depth: number): Buffer => {
      let inner = document('');
      for (let level = 1; level < depth; level += 1) {
        inner = document(`03${X}${inner.toString('hex')}`);
      }
      return inner;
    };
    expect(read(nested(32))).toEqual({});
    expect(refusal(nested(33))).toMatch(/^UNREADABLE .*nested/);
    expect(refusal(nested(2_000))).toMatch(/^UNREADABLE .*nested/);
  });

  it('refuses every truncation of a good document', () => {
    const whole = serialize({ billnum: 'a', paymentvalue: 0.01, x: { y: [1, 'z'] } });
    for (let length = 0; length < whole.length; length += 1) {
      expect(refusal(whole.subarray(0, length))).toMatch(/^UNREADABLE /);
    }
  });
});
