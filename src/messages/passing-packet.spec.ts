import { readPacket } from './packet';
import { PassingPacket } from './passing-packet';

const LONG = 'x'.repeat(5_000);

describe('a packet that passes', () => {
  it.each([
    ['as Nest writes it', `{"pattern":"p","data":{"a":"${LONG}"},"id":"7"}`, 'p', '"7"'],
    ['in another order', `{"id":7,"data":"${LONG}","pattern":"p"}`, 'p', '7'],
    ['with blanks', ` { "pattern" : "p" , "data" : [ "${LONG}" ] , "id" : "7" } `, 'p', '"7"'],
    ['with such names within', `{"data":{"id":"1","pattern":"q"},"id":"7"}`, null, '"7"'],
    [
      'with marks in texts',
      `{"data":"\\",\\"id\\":\\"1\\"}{[\\\\","id":"a,b:c}"}`,
      null,
      '"a,b:c}"',
    ],
    ['with a name twice', `{"id":"1","data":[{},{"x":[]}],"id":"7"}`, null, '"7"'],
    [
      'with a pattern that is no text',
      `{"pattern":{"cmd":["p",{}]},"id":"7"}`,
      '{"cmd":["p",{}]}',
      '"7"',
    ],
    ['with other characters', `{"pattern":"景区 😀","id":"7"}`, '景区 😀', '"7"'],
  ])('%s is known by its pattern and id, however it is cut', (_what, text, pattern, idJson) => {
    for (const size of [1, 2, 3, 1_000, text.length]) {
      const packet = new PassingPacket(500);
      // Cut as text is: never within a character.
      const characters = [...text];
      for (let at = 0; at < characters.length; at += size) {
        packet.feed(characters.slice(at, at + size).join(''));
      }
      expect(readPacket(packet.head())).toMatchObject({ pattern, idJson });
    }
  });

  it.each([
    ['no id', `{"pattern":"p","data":"${LONG}"}`],
    ['an id that never ends', `{"id":"${LONG}"}`],
    ['no object', `["${LONG}","id",7]`],
    ['no JSON', `${LONG}"id":7`],
    ['a broken id', `{"id":7 8,"data":"${LONG}"}`],
    ['an end that is missing', `{"id":"7`],
  ])('with %s is no request', (_what, text) => {
    const packet = new PassingPacket(500);
    packet.feed(text);
    expect(readPacket(packet.head())).toBeNull();
  });

  it('keeps nothing of what it does not need', () => {
    const packet = new PassingPacket(500);
    packet.feed(`{"pattern":"p","data":"${LONG}`);
    expect(JSON.stringify(packet).length).toBeLessThan(1_000);
    packet.feed(`","${LONG}`);
    expect(JSON.stringify(packet).length).toBeLessThan(1_000);
  });
});
