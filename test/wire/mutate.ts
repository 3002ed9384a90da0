import { Decimal128, serialize } from 'bson';

/** A seeded source of whole numbers, the same on every machine. */
export class Dice {
  private state: number;

  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** A whole number from 0 to below `sides`. */
  roll(sides: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.roll(items.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }
}

const PARM = 'http://schemas.datacontract.org/2004/07/DigitalScience.DataTransfer.Tour.V5.Parm.Pay';
const INSTANCE = 'http://www.w3.org/2001/XMLSchema-instance';

const query = { billnum: 'T20240501001', autoid: '98|0|1', billtype: '1', paytype: '98' };
const scanCode = {
  billnum: 'T20240501001',
  billtype: '7',
  body: '景区门票😀 & <b>',
  paytype: '98',
  paymentvalue: 88.88,
  detail: 'a"b\'c\\d\r\n\te',
  clientip: '202.96.128.68',
  cardno: null,
};

/** A request body to start from. */
export interface Seed {
  readonly operation: 'Query' | 'ScanCode';
  readonly contentType: string;
  readonly body: Buffer;
}

function xml(name: string, values: object): Buffer {
  const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const members = Object.entries(values).map(([member, value]) =>
    value === null
      ? `<${member} i:nil="true" />`
      : `<${member}>${escape(String(value))}</${member}>`,
  );
  return Buffer.from(
    `<?xml version="1.0" encoding="utf-8"?><${name} xmlns:i="${INSTANCE}" xmlns="${PARM}">` +
      `${members.join('\r\n  ')}<!-- c -->` +
      `<p:x xmlns:p="u" p:y='z'><![CDATA[<>]]>&#x4e2d;</p:x></${name}>`,
  );
}

function form(values: object): Buffer {
  const filled = Object.entries(values).map(([name, value]) => [name, String(value ?? '')]);
  return Buffer.from(new URLSearchParams(filled as [string, string][]).toString());
}

/** Good bodies of both operations in every format. */
export const SEEDS: readonly Seed[] = [
  { operation: 'Query', contentType: 'application/json', body: Buffer.from(JSON.stringify(query)) },
  {
    operation: 'ScanCode',
    contentType: 'text/json',
    body: Buffer.from(JSON.stringify({ ...scanCode, x: [{ y: [1, null, true] }] }, null, 1)),
  },
  { operation: 'Query', contentType: 'application/xml', body: xml('AliPayQueryParm', query) },
  { operation: 'ScanCode', contentType: 'text/xml', body: xml('AliScanCodeParm', scanCode) },
  { operation: 'Query', contentType: 'application/bson', body: Buffer.from(serialize(query)) },
  {
    operation: 'ScanCode',
    contentType: 'application/bson',
    body: Buffer.from(
      serialize({ ...scanCode, d: Decimal128.fromString('5'), x: { y: [1, /z/, new Date(0)] } }),
    ),
  },
  { operation: 'Query', contentType: 'application/x-www-form-urlencoded', body: form(query) },
  { operation: 'ScanCode', contentType: 'application/x-www-form-urlencoded', body: form(scanCode) },
];

const TOKENS: readonly Buffer[] = [
  ...['{', '}', '[', ']', ':', ',', '"', "'", '\\', '\\u', '\\ud83d', '/*', '*/', '//', '\0'],
  ...['null', 'true', 'NaN', '1e400', '-0', '0x', '__proto__', 'constructor', 'billnum', 'BILLNUM'],
  ...['<', '>', '</', '/>', '&', '&#', ';', '&#xD83D;', '&#0;', ']]>', '<![CDATA[', '<!--', '-->'],
  ...[
    '<!DOCTYPE x [<!ENTITY e "e">]>',
    '&e;',
    '<?x?>',
    ' xmlns="u"',
    ' i:nil="true"',
    'xmlns:p=""',
  ],
  ...[
    '=',
    '%',
    '%00',
    '%ff',
    '%F0%9F%98%80',
    '+',
    '&',
    '[]',
    '[__proto__]',
    '\ufeff',
    '\uffff',
    '中',
  ],
  ...['[{"a":'.repeat(40), '<a>'.repeat(40), '9'.repeat(400), ' '.repeat(300)],
].map((token) => Buffer.from(token));

const BYTES = [
  ...['00', 'ff', 'c0af', 'eda0bd', 'fffe', 'feff', 'fffe0000', 'efbfbd', 'ffffff7f', 'ffffffff'],
  ...['00000080', '05000000', '0a', '02', '03', '04', '0f', '13', '7f'],
].map((hex) => Buffer.from(hex, 'hex'));

function splice(body: Buffer, start: number, end: number, filling: Buffer): Buffer {
  return Buffer.concat([body.subarray(0, start), filling, body.subarray(end)]);
}

function mutateOnce(dice: Dice, body: Buffer): Buffer {
  const at = dice.roll(body.length + 1);
  const end = Math.min(body.length, at + 1 + dice.roll(12));
  switch (dice.roll(8)) {
    case 0: {
      const copy = Buffer.from(body);
      if (at < copy.length) copy[at] = (copy[at] ?? 0) ^ (1 << dice.roll(8));
      return copy;
    }
    case 1:
      return splice(body, at, end, Buffer.alloc(0));
    case 2:
      return splice(body, at, at, dice.pick(TOKENS));
    case 3:
      return splice(body, at, end, dice.pick(TOKENS));
    case 4:
      return splice(body, at, at, dice.pick(BYTES));
    case 5:
      return splice(body, at, at + 1, Buffer.from([dice.roll(256)]));
    case 6: {
      const from = dice.roll(body.length + 1);
      return splice(body, at, at, body.subarray(from, from + dice.roll(60)));
    }
    default:
      return dice.roll(4) === 0 ? body.subarray(0, at) : splice(body, at, at, dice.pick(BYTES));
  }
}

/** A body with one to four things wrong with it. */
export function mutate(dice: Dice, body: Buffer): Buffer {
  let mutated = body;
  for (let times = 1 + dice.roll(4); times > 0; times -= 1) mutated = mutateOnce(dice, mutated);
  return mutated;
}
