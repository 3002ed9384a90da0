import { AnswerNode } from '../answer';

/** The one guest of the simulator. */
export const BUYER = {
  userId: '2088000000000001',
  /** Masked, as Alipay shows it. */
  logonId: 'gue***@example.com',
  /** How the guest paid. `amount`: yuan text. */
  fund(amount: string): AnswerNode {
    return { amount, fund_channel: 'ALIPAYACCOUNT' };
  },
} as const;
