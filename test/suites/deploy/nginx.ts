import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { vi } from 'vitest'
import { makeCertificate } from '../../support/certificate.js'
import { pathOf } from '../../support/programs.js'
import { listenOnFreePort } from '../../support/relay.js'

const EXAMPLE = fileURLToPath(new URL('../../../docs/nginx.conf', import.meta.url))

/** Debian's nginx with the recommended configuration, in front of a server. */
export interface Nginx {
  /** The https origin of nginx. Its host is `localhost`, for which the certificate is valid. */
  readonly origin: string
  /** The self-signed certificate, PEM. */
  readonly cert: string
  /** Path of the certificate file. */
  readonly certFile: string
  stop(): Promise<void>
}

/**
 * Starts nginx on a free port.
 *
 * @param target - the server behind it, such as `http://127.0.0.1:41234`
 * @param change - changes the text of docs/nginx.conf
 */
export async function startNginx(target: string, change = (text: string): string => text): Promise<Nginx> {
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'))
  const { port, close } = await listenOnFreePort(createServer())
  await close()
  const { cert, key } = makeCertificate('localhost')
  const certFile = join(folder, 'cert.pem')
  writeFileSync(certFile, cert)
  writeFileSync(join(folder, 'key.pem'), key)
  const own = replaced(change(readFileSync(EXAMPLE, 'utf8')), [
    ['server 127.0.0.1:9000;', `server ${new URL(target).host};`],
    ['listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`],
    ['/etc/ssl/certs/api.example.com.pem', certFile],
    ['/etc/ssl/private/api.example.com.key', join(folder, 'key.pem')],
  ])
  writeFileSync(join(folder, 'proxy.conf'), own)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`)
  writeFileSync(
    join(folder, 'nginx.conf'),
    // If root starts nginx, its workers would run as another user, who cannot write to the folder.
    `${process.getuid?.() === 0 ? 'user root;' : ''} daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr;
     events {} http { access_log off; ${temporary.join(' ')} include ${folder}/proxy.conf; }`,
  )
  const child = spawn(pathOf('nginx') ?? 'nginx', ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text
  })
  const origin = `https://localhost:${port}`
  process.once('exit', () => child.kill('SIGTERM'))
  await vi.waitFor(() => answers(port, child, () => errors), { timeout: 60_000, interval: 20 })
  return { origin, cert, certFile, stop: () => stop(child, folder) }
}

function replaced(text: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs.reduce((all, [from, to]) => {
    if (!all.includes(from)) throw new Error(`docs/nginx.conf has no "${from}"`)
    return all.replace(from, to)
  }, text)
}

async function answers(port: number, child: ChildProcess, errors: () => string): Promise<void> {
  if (child.exitCode !== null) throw new Error(`nginx ended:\n${errors()}`)
  // Any response shows that nginx is up, even the 400 for plain HTTP on the TLS port.
  await fetch(`http://127.0.0.1:${port}/`)
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  if (child.exitCode === null && child.signalCode === null) await gone
  rmSync(folder, { recursive: true, force: true })
}
