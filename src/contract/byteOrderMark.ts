const BYTE_ORDER_MARK = Buffer.from('\ufeff')

/** Removes the byte order mark that some programs send at the beginning of a body. */
export const withoutByteOrderMark = (bytes: Buffer): Buffer =>
  bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK) ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes
