import { deserialize } from 'bson';
import { writeBson } from './bson/bson-write';
import {
  ENVELOPE_NAMESPACE,
  Envelope,
  resultContract,
  tagType,
  CommonOperationResult,
} from '../operation/contract';

import { jsonString, writeJson } from './json/json-write';
import { writeXml, xmlText } from './xml/xml-write';

const Refund = resultContract(
  tagType('RefundResult', 'urn:x', {
    billnum: 'text',
    status: 'int',
    amount: 'decimal',
    a: 'text',
    fen: 'long',
    done: 'boolean',
  }),
);
const HEAD = `xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="${ENVELOPE_NAMESPACE}"`;

const refund: Envelope = {
  errcode: 0,
  errmsg: 'ok',
  tag: {
    billnum: 'T1',
    status: 2,
    amount: '5.10',
    fen: 10 ** 10,
    done: true,
    other: 'never written',
  },
};

describe('the writers', () => {
  it('write each kind of member, an absent one as null', () => {
    expect(writeJson(Refund, refund)).toBe(
      '{"errcode":0,"errmsg":"ok","tag":{"billnum":"T1","status":2,"amount":5.10,"a":null,' +
        '"fen":10000000000,"done":true}}',
    );
    expect(writeXml(Refund, refund)).toBe(
      `<${Refund.root} ${HEAD}><errcode>0</errcode><errmsg>ok</errmsg>` +
        '<tag xmlns:d2p1="urn:x"><d2p1:a i:nil="true" /><d2p1:amount>5.10</d2p1:amount>' +
        `<d2p1:billnum>T1</d2p1:billnum><d2p1:done>true</d2p1:done>` +
        `<d2p1:fen>10000000000</d2p1:fen><d2p1:status>2</d2p1:status></tag></${Refund.root}>`,
    );
    const document = deserialize(writeBson(Refund, refund), { promoteValues: false });
    expect(document['tag']).toMatchObject({ billnum: 'T1', a: null });
    expect(document['tag'].status._bsontype).toBe('Int32');
    expect(document['tag'].amount._bsontype).toBe('Double');
    expect(document['tag'].amount.value).toBe(5.1);
    expect(document['tag'].fen._bsontype).toBe('Long');
    expect([String(document['tag'].fen), document['tag'].done]).toEqual(['10000000000', true]);
  });

  it('write a tag that is a plain string', () => {
    const done = { errcode: 0, errmsg: 'ok', tag: 'a<b' };
    expect(writeJson(CommonOperationResult, done)).toBe('{"errcode":0,"errmsg":"ok","tag":"a<b"}');
    expect(writeXml(CommonOperationResult, done)).toBe(
      `<CommonOperationResult ${HEAD}><errcode>0</errcode><errmsg>ok</errmsg>` +
        '<tag>a&lt;b</tag></CommonOperationResult>',
    );
    expect(deserialize(writeBson(CommonOperationResult, done))).toEqual(done);
  });

  it.each([
    ['a fraction as int', { status: 1.5 }],
    ['a large int', { status: 2 ** 31 }],
    ['text as int', { status: '1' }],
    ['a float as decimal', { amount: 5.1 }],
    ['a decimal with exponent', { amount: '1e2' }],
    ['a decimal that is no number', { amount: '"' }],
    ['a number as text', { billnum: 5 }],
    ['an unsafe long', { fen: 2 ** 53 }],
    ['a fraction as long', { fen: 0.5 }],
    ['text as truth', { done: 'true' }],
  ])('throw plainly on %s', (_name, tag) => {
    const envelope = { errcode: 0, errmsg: null, tag };
    for (const write of [writeJson, writeXml, writeBson]) {
      expect(() => write(Refund, envelope)).toThrow(/of an answer must be/);
    }
  });

  it('throw plainly on a tag of the wrong shape', () => {
    for (const write of [writeJson, writeXml, writeBson]) {
      expect(() => write(Refund, { errcode: 0, errmsg: '', tag: 'x' })).toThrow(
        /must be an object/,
      );
      expect(() => write(CommonOperationResult, { errcode: 0, errmsg: '', tag: {} })).toThrow(
        /must be text/,
      );
      expect(() => write(Refund, { errcode: 0.5, errmsg: '', tag: null })).toThrow(/errcode/);
    }
  });
});

describe('a list of records', () => {
  const Part = tagType('Part', 'urn:x', { batch: 'text' });
  const Row = tagType('Row', 'urn:x', { id: 'text', money: 'decimal', none: 'text', parts: Part });
  const Rows = resultContract(tagType('RowsResult', 'urn:x', { last: 'long', rows: Row }));
  const answer = (tag: object): Envelope => ({ errcode: 0, errmsg: 'ok', tag });
  const full = answer({
    last: 7,
    rows: [
      { id: 'x<', money: '5.10', parts: [{ batch: 'b' }] },
      { id: 'y', parts: [], other: 'never written' },
    ],
  });
  const tagOf = (xml: string): string => /<tag .*<\/tag>/.exec(xml)?.[0] ?? xml;

  it('is an array in JSON', () => {
    expect(writeJson(Rows, full)).toBe(
      '{"errcode":0,"errmsg":"ok","tag":{"last":7,"rows":[{"id":"x<","money":5.10,"none":null,' +
        '"parts":[{"batch":"b"}]},{"id":"y","money":null,"none":null,"parts":[]}]}}',
    );
    expect(writeJson(Rows, answer({ rows: [] }))).toContain('"tag":{"last":null,"rows":[]}');
    expect(writeJson(Rows, answer({ last: 1 }))).toContain('"tag":{"last":1,"rows":null}');
  });

  // Compared with what DataContractSerializer of mono writes for the same classes with List<T>.
  it('holds an element of its type for each record in XML', () => {
    expect(tagOf(writeXml(Rows, full))).toBe(
      '<tag xmlns:d2p1="urn:x"><d2p1:last>7</d2p1:last><d2p1:rows><d2p1:Row><d2p1:id>x&lt;' +
        '</d2p1:id><d2p1:money>5.10</d2p1:money><d2p1:none i:nil="true" /><d2p1:parts><d2p1:Part>' +
        '<d2p1:batch>b</d2p1:batch></d2p1:Part></d2p1:parts></d2p1:Row><d2p1:Row><d2p1:id>y' +
        '</d2p1:id><d2p1:money i:nil="true" /><d2p1:none i:nil="true" /><d2p1:parts />' +
        '</d2p1:Row></d2p1:rows></tag>',
    );
    expect(tagOf(writeXml(Rows, answer({ last: 1, rows: [] })))).toContain('<d2p1:rows /></tag>');
    expect(tagOf(writeXml(Rows, answer({ last: 1 })))).toContain('<d2p1:rows i:nil="true" />');
  });

  it('is an array in BSON', () => {
    const { tag } = deserialize(writeBson(Rows, full)) as { tag: object };
    const [first, second] = [
      { id: 'x<', money: 5.1 },
      { id: 'y', money: null },
    ];
    const rows = [
      { ...first, none: null, parts: [{ batch: 'b' }] },
      { ...second, none: null, parts: [] },
    ];
    expect(tag).toEqual({ last: 7, rows });
    expect(deserialize(writeBson(Rows, answer({ rows: [] })))['tag']).toEqual({
      last: null,
      rows: [],
    });
  });

  it.each([['text'], [{}], [5], [['text']], [[null]]])('is never %j', (rows) => {
    for (const write of [writeJson, writeXml, writeBson]) {
      expect(() => write(Rows, answer({ rows }))).toThrow('rows of an answer must be a list');
    }
  });

  it('has the namespace of its tag', () => {
    expect(() => tagType('RowsResult', 'urn:y', { rows: Row })).toThrow('another namespace');
  });
});

describe('escaping', () => {
  it('in JSON', () => {
    expect(jsonString('"\\\b\f\n\r\t\0\u001f')).toBe('"\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f"');
    expect(jsonString('\u0085\u2028\u2029')).toBe('"\\u0085\\u2028\\u2029"');
    expect(jsonString("/<>&'\u007f\u0080中😀\uffff")).toBe('"/<>&\'\u007f\u0080中😀\uffff"');
    expect(() => jsonString('\ud83d')).toThrow(/surrogate/);
  });

  it('in XML', () => {
    expect(xmlText('<>&"\'')).toBe('&lt;&gt;&amp;"\'');
    expect(xmlText('a\r\nb\rc\nd\te')).toBe('a\r\nb\r\nc\r\nd\te');
    expect(xmlText('\0\u000b\u001f\ufffe\uffff')).toBe('&#x0;&#xB;&#x1F;&#xFFFE;&#xFFFF;');
    expect(xmlText('\u007f\u0085\u009f\u2028中😀')).toBe('\u007f\u0085\u009f\u2028中😀');
    expect(() => xmlText('\ude00a')).toThrow(/surrogate/);
  });
});
