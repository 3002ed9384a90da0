import type { PageReach } from '../session/visitor';

/** The pages of the console, in the order they are offered. */
export const PAGES = [
  { name: 'today', path: '/console', reach: 'ownSystems' },
  { name: 'receipts', path: '/console/receipts', reach: 'ownSystems' },
  { name: 'alarms', path: '/console/alarms', reach: 'ownSystems' },
  { name: 'refunds', path: '/console/refunds', reach: 'ownSystems' },
  { name: 'callbacks', path: '/console/callbacks', reach: 'ownSystems' },
  { name: 'keys', path: '/console/keys', reach: 'wholeHouse' },
  { name: 'acts', path: '/console/acts', reach: 'wholeHouse' },
  { name: 'doctor', path: '/console/doctor', reach: 'wholeHouse' },
] as const satisfies readonly { name: string; path: string; reach: PageReach }[];
