/** The methods of the logger that code outside of src/http uses. */
export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}
