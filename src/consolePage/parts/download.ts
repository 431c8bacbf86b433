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
