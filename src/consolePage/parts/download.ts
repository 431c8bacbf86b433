/** Saves text as a file on the reader's machine. */
export function saveFile(name: string, text: string, type: string): void {
  // Without a byte order mark, Excel does not recognize UTF-8.
  save(name, new Blob(['\ufeff', text], { type }))
}

/** Saves an image as a file. @param name - without extension @param dataUri - base64 */
export function savePicture(name: string, dataUri: string): void {
  const [head = '', base64 = ''] = dataUri.split(',')
  const type = head.slice('data:'.length).split(';')[0] ?? ''
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  save(`${name}.${type.split('/')[1] === 'jpeg' ? 'jpg' : type.split('/')[1]}`, new Blob([bytes], { type }))
}

/** Saves content as a file. @param name - with extension */
export function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
