import type { Contract } from './tables.js'

/**
 * Fills the column Operations in the status table of test/README.md. In a row such as
 * `| 404 | anything | tests |`, the second cell becomes the ids of the operations with that status.
 */
export function fillStatusTable(text: string, { paths }: Contract): string {
  const operations = Object.values(paths).flatMap((methods) => Object.values(methods))
  return text.replace(/^(\| (\d{3}) \|).*?\|(.*)$/gm, (_, start: string, status: string, tests: string) => {
    const ids = operations.flatMap(({ operationId, responses }) => (status in responses ? [operationId] : []))
    return `${start} ${ids.join(', ')} |${tests}`
  })
}
