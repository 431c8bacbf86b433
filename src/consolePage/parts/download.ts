/** Has the browser save text as a UTF-8 file. @param name - with extension */
export function saveTextFile(name: string, text: string, type: string): void {
  // The byte order mark is for Excel, which would not recognize UTF-8 without it.
  saveBlob(name, new Blob(['\ufeff', text], { type }))
}

/** Has the browser save the image of a base64 data URI. @param name - without extension */
export function saveImage(name: string, dataUri: string): void {
  const [head = '', base64 = ''] = dataUri.split(',')
  const type = head.slice('data:'.length).split(';')[0] ?? ''
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  saveBlob(`${name}.${type.split('/')[1] === 'jpeg' ? 'jpg' : type.split('/')[1]}`, new Blob([bytes], { type }))
}

/** Has the browser save a blob as a file. @param name - with extension */
export function saveBlob(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
