/** Prints a line after each interval without other output, to show that a long step is running. */
export class Heartbeat {
  private timer: NodeJS.Timeout | undefined
  private readonly startedAt = Date.now()

  /**
   * @param print - called with each line
   * @param describe - returns the name of the running step
   */
  constructor(
    private readonly intervalMs: number,
    private readonly print: (line: string) => void,
    private readonly describe: () => string,
  ) {
    this.restart()
  }

  /** Restarts the interval. Call it whenever other output has been printed. */
  restart(): void {
    clearInterval(this.timer)
    const beat = (): void => this.print(`running ${Math.round((Date.now() - this.startedAt) / 1000)} s: ${this.describe()}`)
    this.timer = setInterval(beat, this.intervalMs).unref()
  }

  /** Stops printing. */
  stop(): void {
    clearInterval(this.timer)
  }
}
