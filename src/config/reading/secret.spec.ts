import { inspect } from 'node:util';
import { Secret } from './secret';

describe('Secret', () => {
  const secret = new Secret('planted');
  const shown: Record<string, string> = {
    JSON: JSON.stringify({ secret }),
    inspect: inspect({ secret }, { depth: 9, showHidden: true }),
    template: `${secret.toString()} ${String(secret)}`,
    entries: JSON.stringify(Object.entries(secret)),
    copy: inspect({ ...secret }, { showHidden: true }),
  };

  it.each(Object.keys(shown))('does not show in %s', (way) => {
    expect(shown[way]).not.toContain('planted');
  });

  it('gives its text to who asks for it', () => {
    expect(secret.reveal()).toBe('planted');
  });
});
