/** Tracks whether JSON that arrives in fragments is incomplete, reading each character once. */
export class OpenJson {
  #level = 0
  #isInString = false
  #isEscaped = false

  add(fragment: string): this {
    for (const character of fragment) {
      if (this.#isEscaped) this.#isEscaped = false
      else if (character === '"') this.#isInString = !this.#isInString
      else if (this.#isInString) this.#isEscaped = character === '\\'
      else if (character === '{' || character === '[') this.#level += 1
      else if (character === '}' || character === ']') this.#level -= 1
    }
    return this
  }

  /** True if a string, a list or an object is not closed yet. */
  get isOpen(): boolean {
    return this.#isInString || this.#level > 0
  }
}
