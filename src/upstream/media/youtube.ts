const HOST = /^(?:(?:www|m|music)\.)?youtube(?:-nocookie)?\.com$/
const VIDEO_ID = /^[\w-]{6,20}$/
const PATH = /^\/(?:shorts|live|embed|v)\/([^/]+)\/?$/

/**
 * Converts a link to a YouTube video to the form that Google documents and reads without fetching
 * the page; undefined for any other URL.
 */
export function toYouTubeUrl(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) return undefined
  const id = idIn(url)
  return id !== undefined && VIDEO_ID.test(id) ? `https://www.youtube.com/watch?v=${id}` : undefined
}

function idIn({ hostname, pathname, searchParams }: URL): string | undefined {
  if (hostname === 'youtu.be') return pathname.slice(1).replace(/\/$/, '')
  if (!HOST.test(hostname)) return undefined
  return /^\/watch\/?$/.test(pathname) ? (searchParams.get('v') ?? undefined) : PATH.exec(pathname)?.[1]
}
