/** A logger, with only the methods that code outside of src/http calls. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}
