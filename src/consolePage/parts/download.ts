/** Offers a text as a file to save. */
export function saveFile(name: string, text: string, type: string): void {
  // With a byte order mark, without which Excel takes UTF-8 for another encoding.
  save(name, new Blob(['\ufeff', text], { type }))
}

/** Offers an image as a file to save. @param name - without its ending @param dataUri - base64 */
export function savePicture(name: string, dataUri: string): void {
  const [head = '', base64 = ''] = dataUri.split(',')
  const type = head.slice('data:'.length).split(';')[0] ?? ''
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  save(`${name}.${type.split('/')[1] === 'jpeg' ? 'jpg' : type.split('/')[1]}`, new Blob([bytes], { type }))
}

/** Offers content as a file to save. @param name - with its ending */
export function save(name: string, content: Blob): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
