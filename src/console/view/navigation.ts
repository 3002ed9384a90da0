import type { PageReach } from '../session/visitor';

/** The pages of the console, in the order they are offered. */
export const PAGES = [
  { name: 'receipts', path: '/console/receipts', reach: 'ownSystems' },
  { name: 'keys', path: '/console/keys', reach: 'wholeHouse' },
  { name: 'acts', path: '/console/acts', reach: 'wholeHouse' },
  { name: 'doctor', path: '/console/doctor', reach: 'wholeHouse' },
] as const satisfies readonly { name: string; path: string; reach: PageReach }[];
