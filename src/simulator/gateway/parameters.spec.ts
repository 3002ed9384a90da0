import { readParameters } from './parameters';

const FORM = 'application/x-www-form-urlencoded';

function read(query: string, body: string | Buffer = '', type = FORM) {
  const { values, repeated, unreadable } = readParameters(query, type, Buffer.from(body));
  return { values: Object.fromEntries(values), repeated, unreadable: unreadable !== null };
}

describe('gateway parameters', () => {
  it('merge query and form', () => {
    expect(read('a=1&b=x%20y', 'c=%E9%97%A8+z&d=')).toEqual({
      values: { a: '1', b: 'x y', c: '门 z', d: '' },
      repeated: [],
      unreadable: false,
    });
  });

  it.each([
    ['in the query', 'a=1&a=2', ''],
    ['in the body', '', 'a=1&a=1'],
    ['in both', 'a=1', 'a=1'],
    ['under two spellings', 'a=1', '%61=2'],
  ])('tell names that repeat %s', (_where, query, body) => {
    expect(read(query, body).repeated).toEqual(['a']);
  });

  it('count a charset once that is the same in query and body', () => {
    expect(read('charset=utf-8', 'charset=utf-8&a=1')).toEqual({
      values: { charset: 'utf-8', a: '1' },
      repeated: [],
      unreadable: false,
    });
  });

  it.each([
    ['other words', 'charset=utf-8', 'charset=gbk'],
    ['other letters', 'charset=utf-8', 'charset=UTF-8'],
    ['twice in the query', 'charset=utf-8&charset=utf-8', ''],
    ['twice in the body', '', 'charset=utf-8&charset=utf-8'],
    ['once in the query, twice in the body', 'charset=utf-8', 'charset=utf-8&charset=utf-8'],
  ])('tell a charset that repeats in %s', (_how, query, body) => {
    expect(read(query, body).repeated).toEqual(['charset']);
  });

  it.each([
    ['a broken escape', 'a=%zz'],
    ['a cut escape', 'a=%4'],
    ['escaped invalid UTF-8', 'a=%ff'],
    ['raw invalid UTF-8', Buffer.from([0x61, 0x3d, 0xff])],
    ['an overlong form', 'a=%c0%af'],
    ['a lone surrogate', 'a=%ed%a0%80'],
    ['too many', Array.from({ length: 300 }, (_, index) => `p${index}=1`).join('&')],
  ])('are not readable with %s', (_what, body) => {
    expect(read('', body).unreadable).toBe(true);
  });

  it('come from multipart too, without the contents of files', () => {
    const body = [
      '--X',
      'Content-Disposition: form-data; name="biz_content"',
      '',
      '{"subject":"门票"}',
      '--X',
      'Content-Disposition: form-data; name="image"; filename="a.png"',
      '',
      'bytes',
      '--X--',
      '',
    ].join('\r\n');
    expect(read('a=1', body, 'multipart/form-data; boundary=X')).toEqual({
      values: { a: '1', biz_content: '{"subject":"门票"}' },
      repeated: [],
      unreadable: false,
    });
  });

  it.each([
    ['no boundary', 'multipart/form-data', '--X--'],
    ['no end', 'multipart/form-data; boundary=X', '--X\r\n\r\nabc'],
  ])('are not readable from multipart with %s', (_what, type, body) => {
    expect(read('', body, type).unreadable).toBe(true);
  });
});
