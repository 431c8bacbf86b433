import type { LookupAddress } from 'node:dns'
import type { RequestListener } from 'node:http'
import { type FileServer, startFileServer } from './fileServer.js'

/** The host name in the URLs of the test files. */
export const HOST = 'pictures.example'
const OTHER = 'cdn.example'
/** An address of the public internet. */
export const PUBLIC: LookupAddress = { address: '93.184.216.34', family: 4 }
/** An address of a private network, to which the proxy must not connect. */
export const PRIVATE: LookupAddress = { address: '10.1.2.3', family: 4 }
/** A file with the signature of a PNG. */
export const PNG = Buffer.from('\x89PNG\r\n\x1a\n0123456789', 'latin1')

const redirect =
  (location: string): RequestListener =>
  (_request, response) => {
    response.writeHead(302, { location }).end('moved')
  }
const file =
  (bytes: Buffer | string): RequestListener =>
  (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end(bytes)
  }
const pngOf = (size: number): Buffer => Buffer.concat([PNG, Buffer.alloc(size - PNG.length)])

const PATHS: Readonly<Record<string, RequestListener>> = {
  '/a.png': file(PNG),
  '/a.png?size=2': file(PNG),
  '/page': file('<html></html>'),
  '/1000': file(pngOf(1000)),
  '/1001': file(pngOf(1001)),
  '/endless': (_request, response) => {
    response.writeHead(200)
    const more = (): void => {
      while (!response.destroyed && response.write(PNG));
    }
    response.on('drain', more)
    more()
  },
  '/silent': () => undefined,
  '/stalled': (_request, response) => {
    response.writeHead(200).write(PNG)
  },
  '/broken': (_request, response) => {
    response.writeHead(200, { 'content-length': '500' }).write(PNG, () => response.destroy())
  },
  '/gone': (_request, response) => {
    response.writeHead(404).end()
  },
  '/once': redirect('/a.png'),
  '/away': redirect(`https://${OTHER}/a.png`),
  '/thrice': redirect('/twice'),
  '/twice': redirect('/once'),
  '/four': redirect('/thrice'),
  '/plain': redirect(`http://${HOST}/a.png`),
  '/port': redirect(`https://${HOST}:8443/a.png`),
  '/credentials': redirect(`https://a:b@${HOST}/a.png`),
  '/loopback': redirect('https://127.0.0.1/a.png'),
  '/metadata': redirect('https://169.254.169.254/latest/meta-data/'),
  '/inside': redirect('https://inside.example/a.png'),
}

const NAMES: Readonly<Record<string, readonly LookupAddress[]>> = {
  [HOST]: [PUBLIC],
  [OTHER]: [PUBLIC],
  'stranger.example': [PUBLIC],
  'inside.example': [PRIVATE],
  'mixed.example': [PUBLIC, PRIVATE],
  'empty.example': [],
}
/** Resolves host names in place of DNS in these tests. @throws ENOTFOUND for an unknown host */
export const resolve = async (host: string): Promise<readonly LookupAddress[]> => {
  const found = NAMES[host]
  if (found === undefined) throw new Error(`getaddrinfo ENOTFOUND ${host}`)
  return found
}

/** Starts the server that acts as every public host in these tests. */
export const startPictureHost = (): Promise<FileServer> =>
  startFileServer(
    (request, response) => {
      const answer = PATHS[request.url ?? '']
      if (answer === undefined) response.writeHead(500).end()
      else answer(request, response)
    },
    HOST,
    OTHER,
  )
