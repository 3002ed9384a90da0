import { frameOf, TcpFrames } from './tcp-frames';

describe('TCP frames', () => {
  it('come out whole, however the bytes were cut', () => {
    const texts = ['{"a":"景区门票 😀"}', '', '{"b":"#12#"}'];
    const bytes = Buffer.from(texts.map(frameOf).join(''));
    for (const size of [1, 2, 3, 7, bytes.length]) {
      const frames = new TcpFrames(100);
      const read: string[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        read.push(...frames.push(bytes.subarray(at, at + size)).map(({ text }) => text));
      }
      expect(read).toEqual(texts);
      expect(frames.isPartial).toBe(false);
    }
  });

  it('know that one has begun', () => {
    const frames = new TcpFrames(100);
    expect(frames.push(Buffer.from('5#ab'))).toEqual([]);
    expect(frames.isPartial).toBe(true);
  });

  it('pass when they are too long, and those before and behind come out', () => {
    const long = JSON.stringify({ pattern: 'p', data: '景 😀 "\\ #'.repeat(500), id: '7' });
    const texts = ['{"a":1}', long, '{"b":"#12#"}', long, ''];
    const bytes = Buffer.from(texts.map(frameOf).join(''));
    for (const size of [1, 2, 3, 7, 1_000, bytes.length]) {
      const frames = new TcpFrames(100);
      const read: string[] = [];
      for (let at = 0; at < bytes.length; at += size) {
        const some = frames.push(bytes.subarray(at, at + size));
        read.push(...some.map(({ text, isTooLong }) => `${isTooLong ? 'long ' : ''}${text}`));
        // What is held does not grow with what passes.
        expect(JSON.stringify(frames).length).toBeLessThan(size + 1_000);
      }
      const head = 'long {"pattern":"p","id":"7"}';
      expect(read).toEqual([texts[0], head, texts[2], head, texts[4]]);
      expect(frames.isPartial).toBe(false);
    }
  });

  it('know that one passes', () => {
    const frames = new TcpFrames(100);
    expect(frames.push(Buffer.from('101#'))).toEqual([]);
    expect(frames.isPartial).toBe(true);
    expect(frames.push(Buffer.from(' '.repeat(101)))).toEqual([{ text: '{}', isTooLong: true }]);
    expect(frames.isPartial).toBe(false);
  });

  it.each([
    ['a request of HTTP', 'GET / HTTP/1.1\r\n\r\n'],
    ['no length', '#{}'],
    ['a negative length', '-1#{}'],
    ['a length in another notation', '0x10#{}'],
    ['more than anybody means', '67108865#{'],
    ['an endless number', '1'.repeat(11)],
    ['bytes that are not UTF-8', Buffer.from([0x31, 0x23, 0xff])],
  ])('refuse %s', (_what, bytes) => {
    expect(() => new TcpFrames(100).push(Buffer.from(bytes))).toThrow();
  });
});
