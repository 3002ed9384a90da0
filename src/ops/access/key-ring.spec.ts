import { createHash } from 'node:crypto';
import type { ApiKey } from '../../config/access-config';
import type { Role } from '../../domain/access/role';
import { Secret } from '../../config/reading/secret';
import { KeyRing } from './key-ring';

function aKey(name: string, text: string, role: Role = 'till'): ApiKey {
  const sha256Hex = new Secret(createHash('sha256').update(text).digest('hex'));
  return { name, role, billTypes: ['1'], sha256Hex };
}

const TEXTS = ['first-key', 'second-key', '钥匙'];
const ring = new KeyRing(TEXTS.map((text) => aKey(text, text)));

describe('the key ring', () => {
  it.each(TEXTS)('finds %s', (text) => expect(ring.find(text)?.name).toBe(text));

  it.each([undefined, '', 'first-ke', 'first-key ', 'FIRST-KEY', 'first-key, second-key'])(
    'does not find %j',
    (text) => expect(ring.find(text)).toBeNull(),
  );

  it('takes no missing key for one, whatever is configured', () => {
    const empty = new KeyRing([aKey('empty', '')]);
    expect([empty.find(undefined), empty.find('')]).toEqual([null, null]);
  });

  it('does not find the hash itself', () => {
    expect(ring.find(createHash('sha256').update('first-key').digest('hex'))).toBeNull();
  });
});
