import type { PaySettings } from '../../../src/pay/pay-settings';
import type { Checker } from '../rules/checker';
import type { FarRefunds } from './far-refunds';
import type { FarSide } from './far-side';
import type { Faults } from './faults';
import type { MemoryDatabase } from '../store/memory-database';
import type { Product } from './product';
import type { Receivers } from './receivers';
import type { World } from './world';

/** What everybody in one story shares. */
export interface StoryParts {
  readonly world: World;
  readonly faults: Faults;
  readonly database: MemoryDatabase;
  readonly far: FarSide;
  readonly refunds: FarRefunds;
  readonly checker: Checker;
  readonly product: Product;
  readonly settings: PaySettings;
  /** The systems that are told; null: nobody delivers in this story. */
  readonly receivers: Receivers | null;
  /** Called for a cancel whose answer is lost, and which takes effect later. True time. */
  cancelTravels: (outTradeNo: string, effectAtMs: number) => void;
  /** Called for a refund whose answer is lost, and which takes effect later. True time. */
  refundTravels: (effectAtMs: number) => void;
}

/** A process of the service, as its ports see it. */
export interface Host {
  readonly id: number;
  readonly alive: boolean;
  readonly story: StoryParts;
  /** What the wall clock of its machine is ahead of true time. ms. */
  aheadMs(): number;
  /** One way to Alipay. ms. */
  latencyMs(): number;
  /** How long a read takes: most take no time. ms. */
  pauseMs(): number;
  /** Runs something of this process later, unless it is dead by then. */
  later(delayMs: number, run: () => void): void;
  /** The process ends here and now. */
  kill(): void;
}
