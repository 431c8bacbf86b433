/**
 * Prints a line after each interval in which nothing else was printed, to show that a long step does
 * not hang.
 */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined
  private readonly startedAt = Date.now()

  /**
   * @param print - receives each line
   * @param describe - says what is running
   */
  constructor(
    private readonly intervalMs: number,
    private readonly print: (line: string) => void,
    private readonly describe: () => string,
  ) {
    this.restart()
  }

  /** Starts the interval again, because something else was printed. */
  restart(): void {
    clearInterval(this.timer)
    const beat = (): void => this.print(`running ${Math.round((Date.now() - this.startedAt) / 1000)} s: ${this.describe()}`)
    this.timer = setInterval(beat, this.intervalMs).unref()
  }

  /** Prints no further line. */
  stop(): void {
    clearInterval(this.timer)
  }
}
