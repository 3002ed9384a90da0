import { memberText, readPacket, replyPacket } from './packet';

describe('a packet', () => {
  it.each([
    ['{"pattern":"p","data":{"a":1},"id":"7"}', 'p', '"7"', '{"a":1}'],
    ['{"id":7,"data":[1]}', null, '7', '[1]'],
    ['{"id":"x"}', null, '"x"', ''],
    ['{"id":"x","data":null}', null, '"x"', 'null'],
    [' { "data" : "}\\"{" , "id" : "\\"" } ', null, '"\\""', '"}\\"{"'],
    ['{"data":88.880000000000000000001,"id":""}', null, '""', '88.880000000000000000001'],
    ['{"d\\u0061ta":{"x":{"data":2}},"id":"1","data":{"y":"3"}}', null, '"1"', '{"y":"3"}'],
    ['{"data":{"data":1,"data":2},"id":"1"}', null, '"1"', '{"data":1,"data":2}'],
  ])('%s', (text, pattern, idJson, body) => {
    const packet = readPacket(text);
    expect(packet).toMatchObject({ pattern, idJson });
    expect(packet?.body.toString()).toBe(body);
  });

  it.each([
    ['no JSON', '{"id":"1"'],
    ['no object', '[1]'],
    ['null', 'null'],
    ['no id: an event, which nobody waits for', '{"pattern":"p","data":{}}'],
    ['no id, said so', '{"pattern":"p","data":{},"id":null}'],
    ['nothing', ''],
  ])('is not read from %s', (_what, text) => {
    expect(readPacket(text)).toBeNull();
  });

  it.each([
    ['"00-a-b-01"', '00-a-b-01'],
    ['7', null],
    ['null', null],
    ['["t"]', null],
  ])('stands in a trace by %s', (text, traceParent) => {
    expect(readPacket(`{"id":"1","traceparent":${text}}`)).toMatchObject({ traceParent });
    expect(readPacket('{"id":"1"}')).toMatchObject({ traceParent: null });
  });

  it.each([
    ['an object', '{"cmd":"p"}'],
    ['a list', '["p"]'],
    ['a number', '7'],
    ['nothing', 'null'],
  ])('may name its pattern by %s, which is kept as it is', (_what, pattern) => {
    expect(readPacket(`{"pattern": ${pattern} ,"id":"1"}`)).toMatchObject({ pattern });
  });

  it.each([
    ['"1"', true],
    ['7', true],
    ['""', true],
    [JSON.stringify('x'.repeat(200)), true],
    [JSON.stringify('x'.repeat(201)), false],
    ['12345678901234567890', true],
    ['{"a":1}', false],
    ['true', false],
    ['[1]', false],
  ])('with the id %.20s: usual is %j, and it is kept as it is', (idJson, isUsualId) => {
    expect(readPacket(`{"pattern":"p","id":${idJson}}`)).toMatchObject({ idJson, isUsualId });
  });

  it.each([
    ['"a-1.b:c_d"', 'a-1.b:c_d'],
    ['7', '7'],
    [JSON.stringify('x'.repeat(64)), 'x'.repeat(64)],
    [JSON.stringify('x'.repeat(65)), null],
    ['"a b"', null],
    ['"a\\nb"', null],
    ['""', null],
    ['{"a":1}', null],
  ])('with the id %.20s has it as %j for the history', (idJson, plainId) => {
    expect(readPacket(`{"pattern":"p","id":${idJson}}`)).toMatchObject({ plainId });
  });

  it('nested without end is still a packet: the reader of the body refuses it', () => {
    const deep = '['.repeat(100_000) + ']'.repeat(100_000);
    expect(readPacket(`{"data":${deep},"id":"1"}`)?.body.length).toBe(200_000);
  });

  it('agrees with JSON.parse about every member', () => {
    const text = '{"a":{"b":[1,{"data":"x\\\\"}]},"data" :\t[{"q":"]"},true] ,"z":-1e5,"":""}';
    const parsed = JSON.parse(text) as Record<string, unknown>;
    for (const [name, value] of Object.entries(parsed)) {
      expect(JSON.parse(memberText(text, name) ?? '?')).toEqual(value);
    }
    expect(memberText(text, 'b')).toBeNull();
    expect(memberText('{}', 'data')).toBeNull();
  });
});

describe('a reply', () => {
  it('carries the answer as it is', () => {
    expect(replyPacket('"7"', '{"errcode":0}')).toBe(
      '{"response":{"errcode":0},"isDisposed":true,"id":"7"}',
    );
  });
});
