/** Cuts a body into pieces at given offsets, and holds back the bytes of an incomplete piece. */
export class HeldBytes {
  #pieces: Uint8Array[] = []
  /** Number of bytes of the incomplete piece. */
  length = 0

  /**
   * Adds the bytes of one network read.
   *
   * @param ends - offsets in `bytes` at which pieces end, ascending
   * @returns the completed pieces
   */
  cut(bytes: Uint8Array, ends: readonly number[]): Uint8Array[] {
    const complete: Uint8Array[] = []
    let start = 0
    for (const end of ends) {
      complete.push(this.#take(bytes.subarray(start, end)))
      start = end
    }
    if (start < bytes.length) {
      this.#pieces.push(bytes.subarray(start))
      this.length += bytes.length - start
    }
    return complete
  }

  /** Removes and returns the bytes of the incomplete piece. */
  rest(): Uint8Array {
    return this.#take(new Uint8Array())
  }

  #take(last: Uint8Array): Uint8Array {
    if (this.length === 0) return last
    const whole = Buffer.concat([...this.#pieces, last])
    this.#pieces = []
    this.length = 0
    return whole
  }
}
