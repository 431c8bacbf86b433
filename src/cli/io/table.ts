import { displayWidth } from '../../contract/terminal.js'
import { toOneLine } from './terminal.js'

/** One column of a table. */
export interface Column {
  readonly title: string
  /** True for a column of numbers, which is aligned to the right. */
  readonly isNumber?: boolean
}

/** Formats a table as lines without trailing spaces. The first line holds the titles. */
export function toTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const cells = [columns.map(({ title }) => title), ...rows].map((row) => row.map(toOneLine))
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => displayWidth(row[index] ?? ''))))
  return cells.map((row) => {
    const padded = row.map((cell, index) => {
      const space = ' '.repeat(Math.max((widths[index] ?? 0) - displayWidth(cell), 0))
      return columns[index]?.isNumber ? space + cell : cell + space
    })
    return padded.join('  ').trimEnd()
  })
}
