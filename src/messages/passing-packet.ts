/** The members that are needed to answer a packet, as JSON writes their names. */
const WANTED: ReadonlySet<string> = new Set(['"pattern"', '"id"']);
/** What ends a name or a value of the outermost object. */
const ENDS: ReadonlySet<string> = new Set([':', ',', '}']);

/**
 * Reads a packet that is too long to be kept, piece by piece as it passes: only what it takes to
 * answer it is remembered. JSON is not checked: what is none gives a head that is none either.
 */
export class PassingPacket {
  private readonly found = new Map<string, string>();
  private depth = 0;
  private inString = false;
  private isEscaped = false;
  /** The member whose value passes; null: a name does. */
  private member: string | null = null;
  private token = '';

  /** @param longest units of a name or value that are kept; a longer one is lost */
  constructor(private readonly longest: number) {}

  /** The next piece of the packet. */
  feed(piece: string): void {
    for (const character of piece) {
      if (this.inString) this.readInString(character);
      else if (this.depth === 1 && ENDS.has(character)) this.endToken(character);
      else this.readOutside(character);
    }
  }

  /** A packet with the pattern and id of this one, and nothing else. */
  head(): string {
    return `{${[...this.found].map(([name, value]) => `${name}:${value}`).join()}}`;
  }

  private readInString(character: string): void {
    this.keep(character);
    if (this.isEscaped) this.isEscaped = false;
    else if (character === '\\') this.isEscaped = true;
    else if (character === '"') this.inString = false;
  }

  private readOutside(character: string): void {
    if (this.depth > 0) this.keep(character);
    if (character === '"') this.inString = true;
    else if (character === '{' || character === '[') this.depth += 1;
    else if (character === '}' || character === ']') this.depth -= 1;
  }

  private endToken(character: string): void {
    const { member, token } = this;
    this.token = '';
    this.member = character === ':' ? token.trim() : null;
    if (character === '}') this.depth = 0;
    const isWanted = member !== null && WANTED.has(member);
    if (isWanted && token.length <= this.longest) this.found.set(member, token);
  }

  private keep(character: string): void {
    if (this.member !== null && !WANTED.has(this.member)) return;
    if (this.token.length <= this.longest) this.token += character;
  }
}
