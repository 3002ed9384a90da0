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
