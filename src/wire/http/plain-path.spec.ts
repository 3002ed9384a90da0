import { plainUrl } from './plain-path';

describe('the plain spelling of an address', () => {
  it.each([
    ['/api/3Pay/AliPay/Query', '/api/3Pay/AliPay/Query'],
    ['/Quer%79', '/Query'],
    ['/%51%55%45%52%59', '/QUERY'],
    ['/a%2Fb%2fc', '/a/b/c'],
    ['/%2e%2E/x', '/../x'],
    ['/%7E%5f%2D%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%40', "/~_-!$&'()*+,;=:@"],
    ['http://a%2Fb.test/%61', 'http://a%2Fb.test/a'],
    ['HTTP://host?%61', 'HTTP://host?%61'],
    ['/%61?q=%61#%61', '/a?q=%61#%61'],
    ['*', '*'],
    ['/%/%a/%zz/%%/%u0079', '/%25/%25a/%25zz/%25%25/%25u0079'],
    ['/%c0%af/%ff/%E4%B8', '/%25c0%25af/%25ff/%25E4%25B8'],
  ])('%s is %s', (url, plain) => {
    expect(plainUrl(url)).toBe(plain);
  });

  it.each([
    ['a percent sign, so that nothing is resolved twice', '/Quer%2579'],
    ['what a query begins with', '/Query%3Fa'],
    ['a fragment', '/Query%23'],
    ['blanks and controls', '/Query%20%00%0d%0A%7f'],
    ['what other systems take for a slash', '/a%5Cb'],
    ['what is not ASCII', '/%E4%B8%AD'],
  ])('keeps %s', (_what, url) => {
    expect(plainUrl(url)).toBe(url);
  });

  it('of a plain spelling is the same', () => {
    for (let code = 0; code < 256; code += 1) {
      const escape = `%${code.toString(16).padStart(2, '0')}`;
      for (const url of [`/${escape}79`, `/%25${escape}`, `/${escape}${escape}`, `/%${escape}`]) {
        expect(plainUrl(plainUrl(url))).toBe(plainUrl(url));
      }
    }
  });
});
