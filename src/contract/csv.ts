/** The value of a CSV cell; null is an empty cell. */
export type CsvCell = string | number | boolean | null

/**
 * Makes a CSV file (RFC 4180). Text that a spreadsheet would run as a formula is prefixed with an
 * apostrophe.
 */
export const makeCsv = (rows: readonly (readonly CsvCell[])[]): string => rows.map((row) => `${row.map(toCell).join(',')}\r\n`).join('')

// Matches text that spreadsheets run as a formula, also after spaces, quotes and separators, at
// which some begin a new cell. A dash alone is no formula: it stands for an absent value.
const FORMULA = /^(?!-$)[\s"',;]*[=+\-@|%\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/

function toCell(cell: CsvCell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell)
  const text = FORMULA.test(cell) ? `'${cell}` : cell
  return /[",\r\n;\t]/.test(text) || text !== text.trim() ? `"${text.replaceAll('"', '""')}"` : text
}
