/**
 * Replies that wait for the broker's word. A client library may leave them waiting for ever when
 * its connection is lost; then nobody has them.
 */
export class Replies {
  private readonly waiting = new Set<() => void>();
  private isLost = false;

  /** Sends, and resolves as that does; with false when the connection is lost before. */
  async unlessLost(send: () => Promise<boolean>): Promise<boolean> {
    if (this.isLost) return false;
    let giveUp: () => void = () => undefined;
    const lost = new Promise<false>((resolve) => (giveUp = () => resolve(false)));
    this.waiting.add(giveUp);
    try {
      return await Promise.race([send(), lost]);
    } finally {
      this.waiting.delete(giveUp);
    }
  }

  /** The connection is lost. */
  lost(): void {
    this.isLost = true;
    for (const giveUp of this.waiting) giveUp();
  }
}
