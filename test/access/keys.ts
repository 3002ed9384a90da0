import { createHash } from 'node:crypto';
import type { Role } from '../../src/domain/access/role';

/** A key as its holder has it. */
export interface TestKey {
  readonly name: string;
  readonly role: Role;
  readonly billTypes: string;
  readonly secret: string;
}

/** A key for a test; its secret is made of its name. */
export function testKey(name: string, role: Role, billTypes = '*'): TestKey {
  return { name, role, billTypes, secret: `secret-of-${name}-0123456789abcdef` };
}

/** The setting that makes these keys known. */
export function apiKeys(keys: readonly TestKey[]): string {
  return keys
    .map(({ name, role, billTypes, secret }) => {
      return `${name}:${role}:${billTypes}:${createHash('sha256').update(secret).digest('hex')}`;
    })
    .join(',');
}
