import { isLocal, isOwnForm } from './request-origin';

describe('a form of ours', () => {
  it.each<[Record<string, string>, boolean]>([
    [{ host: 'pay.lan', origin: 'https://pay.lan', 'sec-fetch-site': 'same-origin' }, true],
    [{ host: 'pay.lan:3000', origin: 'http://pay.lan:3000' }, true],
    [{ host: 'pay.lan' }, true],
    [{ host: 'pay.lan', origin: 'https://evil.lan' }, false],
    [{ host: 'pay.lan', origin: 'https://pay.lan:8443' }, false],
    [{ host: 'pay.lan', origin: 'null' }, false],
    [{ host: 'pay.lan', 'sec-fetch-site': 'none' }, false],
    [{ host: 'pay.lan', 'sec-fetch-site': 'same-site' }, false],
    [{ host: 'pay.lan', 'sec-fetch-site': 'cross-site' }, false],
  ])('%j: %s', (headers, isOurs) => expect(isOwnForm({ headers })).toBe(isOurs));
});

describe('this machine', () => {
  it.each<[string, Record<string, string>, boolean]>([
    ['127.0.0.1', { host: '127.0.0.1:3000' }, true],
    ['::ffff:127.0.0.1', { host: 'LocalHost:3000' }, true],
    ['::1', { host: '[::1]:3000' }, true],
    ['192.168.1.7', { host: '127.0.0.1:3000' }, false],
    ['127.0.0.1', { host: 'rebound.example:3000' }, false],
    ['127.0.0.1', { host: '127.0.0.1.example' }, false],
    ['127.0.0.1', {}, false],
    ['127.0.0.1', { host: 'localhost', 'x-forwarded-for': '127.0.0.1' }, false],
    ['127.0.0.1', { host: 'localhost', 'x-real-ip': '10.0.0.1' }, false],
    ['127.0.0.1', { host: 'localhost', via: '1.1 nginx' }, false],
    ['', { host: 'localhost' }, false],
  ])('%s %j: %s', (peer, headers, isHere) => expect(isLocal({ peer, headers })).toBe(isHere));
});
