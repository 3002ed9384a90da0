/**
 * Reads the frames of Nest's TCP transport out of a stream: `LENGTH#JSON`, the length in UTF-16
 * units of the JSON text.
 */
export class TcpFrames {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  private text = '';
  /** Units there must be before it is worth looking again; keeps tiny chunks cheap. */
  private needed = 0;

  /** @param longest units a frame may have */
  constructor(private readonly longest: number) {}

  /** Has a frame begun that is not complete? */
  get isPartial(): boolean {
    return this.text !== '';
  }

  /** The frames that are complete now. Throws plainly on what is no frame, or a too long one. */
  push(chunk: Buffer): string[] {
    this.text += this.decoder.decode(chunk, { stream: true });
    const frames: string[] = [];
    for (let frame = this.next(); frame !== null; frame = this.next()) frames.push(frame);
    return frames;
  }

  private next(): string | null {
    if (this.text.length < this.needed) return null;
    const mark = this.text.indexOf('#');
    if (mark < 0 && this.text.length <= LONGEST_HEAD) return null;
    const head = this.text.slice(0, Math.max(mark, 0));
    if (!/^\d{1,10}$/.test(head)) throw new Error('no frame');
    const length = Number(head);
    if (length > this.longest) throw new Error('the frame is too long');
    this.needed = mark + 1 + length;
    if (this.text.length < this.needed) return null;
    const frame = this.text.slice(mark + 1, this.needed);
    this.text = this.text.slice(this.needed);
    this.needed = 0;
    return frame;
  }
}

const LONGEST_HEAD = 10;

/** A text as a frame. */
export function frameOf(text: string): string {
  return `${text.length}#${text}`;
}
