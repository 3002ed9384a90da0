import { isWholeHouse } from '../../domain/access/key-rules';
import type { Reach } from '../../domain/access/key-rules';
import type { Role } from '../../domain/access/role';
import { BILL_TYPES } from '../../domain/bill';

/** The roles whose keys open the console. */
export const CONSOLE_ROLES: readonly Role[] = ['operator', 'viewer'];

/** Who looks at the console. */
export interface Visitor extends Reach {
  /** The name of the key; the actor of every act. */
  readonly name: string;
  /** What the cookie holds; null: nobody signs in where no keys are asked for. */
  readonly token: string | null;
}

/** Whoever sits at this machine where no keys are asked for: looks, and does nothing. */
export const LOCAL_VISITOR: Visitor = {
  name: 'localhost',
  role: 'viewer',
  billTypes: BILL_TYPES,
  token: null,
};

/** May this visitor change anything? */
export function mayAct({ role, token }: Visitor): boolean {
  return role === 'operator' && token !== null;
}

/** What a page shows, and so who may see it. */
export type PageReach =
  | 'ownSystems' // Filtered by the systems of the key.
  | 'wholeHouse'; // For keys of all seven systems.

/** May this visitor see it? */
export function maySee(visitor: Visitor, reach: PageReach): boolean {
  return reach === 'ownSystems' || isWholeHouse(visitor);
}
