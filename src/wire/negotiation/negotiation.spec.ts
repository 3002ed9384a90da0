import { parseAccept, parseMediaType } from './media-type';
import { bodyKind, chooseReply, FormatHeaders } from './negotiation';

function choose(headers: FormatHeaders): string {
  const { mediaType, charset } = chooseReply(headers);
  return `${mediaType} ${charset}`;
}

// The vectors hold the whole of negotiation; these are the cases people ask about.
describe('chooseReply', () => {
  it.each([
    [
      'a browser gets XML',
      { accept: 'text/html,application/xml;q=0.9,*/*;q=0.8' },
      'application/xml utf-8',
    ],
    [
      '*/* gets JSON',
      { accept: '*/*', 'content-type': 'application/xml' },
      'application/json utf-8',
    ],
    ['no Accept gets its own', { 'content-type': 'text/xml; charset=utf-16' }, 'text/xml utf-16'],
    [
      'a form gets JSON',
      { 'content-type': 'application/x-www-form-urlencoded' },
      'application/json utf-8',
    ],
    ['nothing gets JSON', {}, 'application/json utf-8'],
    ['the narrower range first', { accept: '*/*, text/xml' }, 'text/xml utf-8'],
    [
      'scripts get JSON',
      { 'x-requested-with': 'XMLHttpRequest', accept: '*/*' },
      'application/json utf-8',
    ],
    ['charset by q', { 'accept-charset': 'utf-8;q=0.5, utf-16' }, 'application/json utf-16'],
    ['a star of charsets', { 'accept-charset': 'gbk, *;q=0.1' }, 'application/json utf-8'],
    ['a refused charset', { 'accept-charset': 'utf-16;q=0' }, 'application/json utf-8'],
  ])('%s', (_name, headers, expected) => {
    for (let asked = 0; asked < 2; asked += 1) expect(choose(headers)).toBe(expected);
  });
});

describe('bodyKind', () => {
  it.each([
    ['application/json', 'json'],
    ['Text/JSON;charset=gbk', 'json'],
    ['application/*', 'json'],
    ['*/*', 'json'],
    ['text/xml', 'xml'],
    ['application/bson', 'bson'],
    ['application/x-www-form-urlencoded', 'form'],
    ['text/plain', null],
    ['application/vnd.acme+json', null],
  ])('reads %s as %s', (header, format) => {
    for (let asked = 0; asked < 2; asked += 1) expect(bodyKind(header)?.format).toBe(format);
  });

  it('knows the charset, and the type without its parameters', () => {
    const sent = 'Text/XML; charset="UTF-16"';
    expect(bodyKind(sent)).toEqual({ format: 'xml', charset: 'utf-16', mediaType: 'text/xml' });
  });

  it.each([undefined, '', 'foo'])('is nothing for %p', (header) => {
    expect(bodyKind(header)).toBeNull();
  });
});

describe('the header grammar', () => {
  it.each(['', 'foo', '/', 'a/', 'a/b;', 'a/b, c/d', 'a/b c/d', 'a b/c', 'a/b;=x', 'a/b;c="'])(
    'takes %p for no media type',
    (header) => {
      expect(parseMediaType(header)).toBeNull();
    },
  );

  it.each(['foo, a/b', 'a/b, *', 'a/b;', 'a/b c/d'])('takes nothing from %p', (header) => {
    expect(parseAccept(header)).toEqual([]);
  });

  it('takes empty elements and odd qualities', () => {
    const qualities = parseAccept(',a/b;q=x,,c/d;q=5;x="a,b", e/f ;q=.5,').map(
      (each) => each.quality,
    );
    expect(qualities).toEqual([1, 5, 0.5]);
  });

  it('takes time in proportion to the header', () => {
    const before = performance.now();
    for (const piece of ['a/b,', 'a/b;q=1;', ' \t', ',', '"', 'a/b;x="\\', 'aaaa', ' ;']) {
      parseAccept(piece.repeat(8192 / piece.length));
      parseMediaType(piece.repeat(8192 / piece.length));
    }
    expect(performance.now() - before).toBeLessThan(500);
    expect(parseAccept('a/b,'.repeat(10_000))).toEqual([]);
  });
});
