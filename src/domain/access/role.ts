/** What the holder of a key may do; the table of rights says which routes that are. */
export const ROLES = ['till', 'desk', 'operator', 'viewer', 'monitor'] as const;

/** What the holder of a key may do. */
export type Role = (typeof ROLES)[number];

/** Is this text one of the roles? */
export function isRole(text: string): text is Role {
  return (ROLES as readonly string[]).includes(text);
}
