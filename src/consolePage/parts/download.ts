type Cell = string | number | null | undefined

/**
 * Makes a CSV file (RFC 4180). Spreadsheets run a cell that begins like a formula: an apostrophe
 * in front makes it a text. Numbers are written unchanged.
 */
export function toCsv(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(toCell).join(',')}\r\n`).join('')
}

function toCell(cell: Cell): string {
  if (cell === null || cell === undefined) return ''
  if (typeof cell === 'number') return String(cell)
  // Also after spaces, quotes and separators, where some spreadsheets begin a new cell.
  const text = /^[\s"',;]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]/.test(cell) || /^[\t\r\n]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n;\t]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}

/** Offers a text as a file to save. */
export function saveFile(name: string, text: string, type: string): void {
  // With a byte order mark, without which Excel takes UTF-8 for another encoding.
  const url = URL.createObjectURL(new Blob(['\ufeff', text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
