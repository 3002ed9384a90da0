import type { ApiKey } from '../../config/access-config';
import { Note } from '../../wire/request/note';

/** What is known of a request from its first to its last moment. */
export class RequestNotes {
  /** The key it was made with; null: none, or none we know. */
  key: ApiKey | null = null;
  /** The whole body is here and the request is being worked on. */
  atWork = false;
  /** Its answer has left, or its client has. */
  ended = false;

  constructor(
    /** Sent back as `X-Request-Id` and written to the log. */
    readonly id: string,
    readonly startedMs: number,
    /** Who sent it; what a trusted proxy says, where there is one. */
    readonly address: string,
  ) {}
}

const NOTES = new Note<RequestNotes>('what is known of a request');

/** Remembers the notes of a request. */
export function noteRequest(request: object, about: RequestNotes): void {
  NOTES.put(request, about);
}

/** The notes of a request; null: it did not come through the traffic's door. */
export function notesOf(request: object): RequestNotes | null {
  return NOTES.of(request);
}
