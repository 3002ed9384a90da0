import { PassingPacket } from '../passing-packet';

/** A frame of the stream. */
export interface Frame {
  /** The packet; of one that is too long its pattern and id alone. */
  readonly text: string;
  /** It is longer than is allowed, and was read past without being kept. */
  readonly isTooLong: boolean;
}

/** A length has so many digits at most. */
const LONGEST_HEAD = 10;
/** A frame longer than this many units is not even read past: nobody means that. */
const LONGEST_PASSED = 67_108_864;

/**
 * Reads the frames of Nest's TCP transport out of a stream: `LENGTH#JSON`, the length in UTF-16
 * units of the JSON text. It keeps no more than one frame of the allowed length: a longer one
 * passes, so that those behind it on the same connection are served.
 */
export class TcpFrames {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  private text = '';
  /** Units there must be before it is worth looking again; keeps tiny chunks cheap. */
  private needed = 0;
  private passing: PassingPacket | null = null;
  /** Units of the passing frame that are still to come. */
  private toPass = 0;

  /** @param longest units a frame may have */
  constructor(private readonly longest: number) {}

  /** Has a frame begun that is not complete? */
  get isPartial(): boolean {
    return this.text !== '' || this.passing !== null;
  }

  /** The frames that are complete now. Throws plainly on what is no frame, or an endless one. */
  push(chunk: Buffer): Frame[] {
    this.text += this.decoder.decode(chunk, { stream: true });
    const frames: Frame[] = [];
    for (let frame = this.next(); frame !== null; frame = this.next()) frames.push(frame);
    return frames;
  }

  private next(): Frame | null {
    if (this.passing) return this.pass(this.passing);
    if (this.text.length < this.needed) return null;
    const mark = this.text.indexOf('#');
    if (mark < 0 && this.text.length <= LONGEST_HEAD) return null;
    const head = this.text.slice(0, Math.max(mark, 0));
    if (!/^\d{1,10}$/.test(head)) throw new Error('no frame');
    const length = Number(head);
    if (length > LONGEST_PASSED) throw new Error('the frame is too long');
    if (length > this.longest) {
      this.take(mark + 1);
      this.toPass = length;
      this.passing = new PassingPacket(this.longest);
      return this.pass(this.passing);
    }
    this.needed = mark + 1 + length;
    if (this.text.length < this.needed) return null;
    this.needed = 0;
    return { text: this.take(mark + 1 + length).slice(mark + 1), isTooLong: false };
  }

  private pass(packet: PassingPacket): Frame | null {
    const piece = this.take(this.toPass);
    this.toPass -= piece.length;
    packet.feed(piece);
    if (this.toPass > 0) return null;
    this.passing = null;
    return { text: packet.head(), isTooLong: true };
  }

  /** Takes so many units from the front, or all there are. */
  private take(units: number): string {
    const taken = this.text.slice(0, units);
    this.text = this.text.slice(units);
    return taken;
  }
}

/** A text as a frame. */
export function frameOf(text: string): string {
  return `${text.length}#${text}`;
}
