import { bug } from './bug';
import type { Bug } from './bug';

const RELEASE = 'domain/receipt/release-plan';

/** Mistakes of letting go of a receipt, each of which the checker must see. */
export const RELEASE_BUGS: readonly Bug[] = [
  bug(
    'release-unanswered',
    RELEASE,
    'planRelease',
    "return refuse('noAnswer');",
    "return { kind: 'release', event: endOf(receipt), ifKnown: false };",
  ),
  bug(
    'release-with-its-money',
    RELEASE,
    'planRelease',
    "return refuse(outcome.payment.amount === receipt.amount ? 'ourMoney' : 'otherMoney');",
    "if (outcome.payment.amount === receipt.amount) return refuse('ourMoney');\n" +
      "return { kind: 'release', event: endOf(receipt), ifKnown: false };",
  ),
  bug(
    'release-alarm-left-open',
    'pay/mend/release.service',
    'Release.release',
    'const settles = { kinds, note: wish.note };',
    'const settles = { kinds: [], note: wish.note };',
  ),
];
