import { serialize } from 'bson';
import type { RequestContract } from '../../src/wire/operation/contract';

const AMOUNT = '8.88';
/** Members that pass; HOSTILE texts take their places one by one. */
export const BASE: Readonly<Record<string, string>> = {
  autoid: '1',
  billtype: '2',
  body: 'x',
  paytype: '98',
  paymentvalue: AMOUNT,
  detail: 'y',
  clientip: '203.0.113.9',
  cardno: 'C1',
};

/** Texts that were somewhere taken for something else than text. */
export const HOSTILE: readonly string[] = [
  '',
  '   ',
  '\u3000',
  "'; drop table receipt; --",
  "1' or '1'='1",
  '" union select * from bill --',
  'a\r\nX-Injected: 1',
  'a\nb',
  '\u0000',
  'a\u0000b',
  '\u001b[2J\u0007',
  '\u0085\u2028\u2029',
  '\u202egnp.exe',
  '\u200b\ufeff',
  '🎫🎫🎫',
  '🎫'.repeat(10),
  '🎫'.repeat(11),
  'é',
  'e\u0301',
  '\ud800',
  '%00%0d%0a',
  '../../etc/passwd',
  '${7*7}{{7*7}}<%= 7*7 %>',
  '<script>alert(1)</script>',
  ']]>&lt;&#0;&amp;',
  '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>&e;',
  '__proto__',
  'constructor',
  '[object Object]',
  'null',
  'true',
  'NaN',
  '-1',
  '1e309',
  '９',
  'x'.repeat(21),
  'x'.repeat(4_001),
];

/** A body of each format with these members; what the format cannot carry is sent all the same. */
export const WRITERS: Readonly<
  Record<string, (contract: RequestContract, members: object) => Buffer>
> = {
  'application/json': (_contract, members) => Buffer.from(JSON.stringify(members)),
  'application/x-www-form-urlencoded': (_contract, members) =>
    Buffer.from(new URLSearchParams(members as Record<string, string>).toString()),
  'application/xml': (contract, members) => {
    const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
    const sorted = Object.entries(members).sort(([left], [right]) => (left < right ? -1 : 1));
    const inner = sorted.map(([name, value]) => `<${name}>${escape(String(value))}</${name}>`);
    const { name, namespace } = contract;
    return Buffer.from(`<${name} xmlns="${namespace}">${inner.join('')}</${name}>`);
  },
  'application/bson': (_contract, members) => Buffer.from(serialize(members)),
};
