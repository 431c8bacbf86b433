import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A private key and its self-signed certificate, both in PEM. */
export interface Certificate {
  readonly key: string
  readonly cert: string
}

const ECDSA_SHA256 = [1, 2, 840, 10045, 4, 3, 2]
const COMMON_NAME = [2, 5, 4, 3]
const SUBJECT_ALT_NAME = [2, 5, 29, 17]
const BASIC_CONSTRAINTS = [2, 5, 29, 19]

/**
 * Makes a self-signed certificate that is valid today. Node.js can sign, but has no API to create
 * X.509 certificates.
 *
 * @param names - the DNS names it is valid for
 * @see https://www.rfc-editor.org/rfc/rfc5280#section-4.1
 */
export function makeCertificate(...names: readonly string[]): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  const algorithm = sequence(objectId(ECDSA_SHA256))
  const subject = sequence(tagged(0x31, sequence(objectId(COMMON_NAME), tagged(0x0c, Buffer.from('test')))))
  const alternatives = sequence(...names.map((name) => tagged(0x82, Buffer.from(name))))
  const isAuthority = sequence(tagged(0x01, Buffer.from([0xff])))
  const extensions = sequence(
    sequence(objectId(SUBJECT_ALT_NAME), tagged(0x04, alternatives)),
    sequence(objectId(BASIC_CONSTRAINTS), tagged(0x04, isAuthority)),
  )
  const toBeSigned = sequence(
    tagged(0xa0, tagged(0x02, Buffer.from([2]))), // 2 means version 3 of X.509
    tagged(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    algorithm,
    subject,
    sequence(time(-1), time(1)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    tagged(0xa3, extensions),
  )
  return { key: pem(privateKey), cert: toPem(sequence(toBeSigned, algorithm, bits(sign('sha256', toBeSigned, privateKey)))) }
}

function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const value = Buffer.concat(parts)
  const { length } = value
  const head = length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), value])
}

const sequence = (...parts: readonly Buffer[]): Buffer => tagged(0x30, ...parts)
const bits = (value: Buffer): Buffer => tagged(0x03, Buffer.from([0]), value)

function objectId([first = 0, second = 0, ...rest]: readonly number[]): Buffer {
  const bytes = rest.flatMap((part) => {
    const digits = [part & 0x7f]
    for (let left = part >> 7; left > 0; left >>= 7) digits.unshift((left & 0x7f) | 0x80)
    return digits
  })
  return tagged(0x06, Buffer.from([first * 40 + second, ...bytes]))
}

/** Returns the time `days` days from now, as `YYMMDDHHMMSSZ`. */
function time(days: number): Buffer {
  const text = new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '')
  return tagged(0x17, Buffer.from(text.slice(2)))
}

const pem = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString()
const toPem = (der: Buffer): string => `-----BEGIN CERTIFICATE-----\n${der.toString('base64')}\n-----END CERTIFICATE-----\n`
