/** The log, as far as rooms below http/ write to it. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}
