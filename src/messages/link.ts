import { TRACE_PARENT } from '../tracing/trace-parent';

/** One message, as a link hands it over. */
export interface Delivery {
  /** The packet, JSON. */
  readonly text: string;
  /** It was too long to be kept: the packet has its pattern and id alone. Absent: it was not. */
  readonly isTooLong?: boolean;
  /** The subject it came by; null where the packet alone says what is wanted. */
  readonly subject: string | null;
  /** The key it brings beside the packet, as a header. Absent or null: none. */
  readonly apiKey?: string | null;
  /** Where its sender stands in a trace, as a header says it. Absent or null: none does. */
  readonly traceParent?: string | null;
  /** Until when its sender wants it, epoch ms, as far as the broker's own words say so. */
  readonly validUntil?: string | null;
  /** It was handed out before, to somebody who lost it: what came of it is not known. */
  readonly again: boolean;
  /** Resolves when the reply is on its way; false: nobody was there to take it. */
  reply(text: string): Promise<boolean>;
  /** It was dealt with, whatever came of it; called once, after the reply. */
  done(): void;
}

const API_KEY_HEADER = 'x-api-key';

/** Headers of a message. Letter case of their names does not matter. */
type MessageHeaders = readonly (readonly [name: string, value: unknown])[];

/** What a message brings beside its packet: its key, and its place in a trace. */
export function broughtBy(headers: MessageHeaders): Pick<Delivery, 'apiKey' | 'traceParent'> {
  return {
    apiKey: headerOf(headers, API_KEY_HEADER),
    traceParent: headerOf(headers, TRACE_PARENT),
  };
}

/** A header; empty: it is no text; null: there is none. */
function headerOf(headers: MessageHeaders, wanted: string): string | null {
  const found = headers.find(([name]) => name.toLowerCase() === wanted);
  if (!found) return null;
  return typeof found[1] === 'string' ? found[1] : '';
}

/** Takes a message; does not throw and does not wait. */
export type Take = (delivery: Delivery) => void;

/** A way by which messages come. */
export interface MessageLink {
  /** For the log; never holds a password. */
  readonly name: string;
  /** Do messages come in now? */
  isUp(): boolean;
  /**
   * Begins to take messages on the subjects. Resolves when they can come, or, over a broker, at
   * once: it connects by itself as soon as it can. Rejects when it never will.
   */
  start(subjects: readonly string[], take: Take): Promise<void>;
  /** Takes no more messages; those taken can still be replied to. */
  stopTaking(): Promise<void>;
  close(): Promise<void>;
}
