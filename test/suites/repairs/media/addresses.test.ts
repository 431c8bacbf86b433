import { expect, test } from 'vitest'
import { makeAddressGuard } from '../../../../src/upstream/media/addresses.js'
import { makeMediaFetcher } from '../../../../src/upstream/media/fetcher.js'

const isPublic = makeAddressGuard()

const REFUSED: Readonly<Record<string, string>> = {
  unspecified: '0.0.0.0 0.1.2.3 ::',
  loopback: '127.0.0.1 127.255.255.254 ::1',
  private: '10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 fc00::1 fdff::1 fec0::1',
  'link-local': '169.254.0.1 169.254.255.255 fe80::1 fe80::1%eth0',
  metadata: '169.254.169.254 169.254.170.2 100.100.100.200 192.0.0.192 168.63.129.16 fd00:ec2::254 fd20:ce::254',
  'carrier-grade NAT': '100.64.0.1 100.127.255.255',
  multicast: '224.0.0.1 239.255.255.255 ff02::1 ff0e::1',
  documentation: '192.0.2.1 198.51.100.1 203.0.113.1 2001:db8::1 3fff::1',
  benchmark: '198.18.0.1 198.19.255.255 2001:2::1',
  reserved: '192.0.0.1 192.88.99.1 240.0.0.1 255.255.255.255 100::1 5f00::1 4000::1',
  'IPv4 mapped': '::ffff:127.0.0.1 ::ffff:7f00:1 ::ffff:10.0.0.1 ::ffff:8.8.8.8',
  'IPv4 compatible': '::127.0.0.1 ::a9fe:a9fe ::8.8.8.8',
  'IPv4 translated': '::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::169.254.169.254 64:ff9b:1::a00:1',
  '6to4 and Teredo': '2002:7f00:1:: 2002:a9fe:a9fe:: 2001:0:4136:e378:8000:63bf:3fff:fdd2',
  'no address': 'localhost 1.2.3 256.1.1.1 0x7f.0.0.1 :: : 1.2.3.4:443 [::1]',
}

test.each(Object.entries(REFUSED).flatMap(([kind, list]) => list.split(' ').map((address) => [kind, address] as const)))(
  '%s: %s is refused',
  (_kind, address) => {
    expect(isPublic(address)).toBe(false)
  },
)

const PUBLIC =
  '1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 169.253.255.255 169.255.0.0 172.15.255.255 ' +
  '172.32.0.0 192.167.255.255 192.169.0.0 198.17.255.255 198.20.0.0 223.255.255.255 2001:4860:4860::8888 2606:4700::1111 2a00:1450::1 240e::1'

test.each(PUBLIC.split(' '))('%s is public', (address) => {
  expect(isPublic(address)).toBe(true)
})

const LITERALS =
  '127.0.0.1 127.1 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 127.0.0.1. 0 0.0.0.0 169.254.169.254 0xa9fea9fe 2852039166 ' +
  '169.254.43518 0251.0376.0251.0376 ①②⑦.⓪.⓪.① 127。0。0。1 %31%32%37.0.0.1 [::1] [::] [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] ' +
  '[::127.0.0.1] [64:ff9b::127.0.0.1] [2002:7f00:1::] [fd00:ec2::254] [fe80::1] 10.0.0.1 192.168.1.1 100.100.100.200'

const UNREACHABLE = 'The media could not be fetched: its URL must be publicly reachable and respond within 10 s.'

test.each(LITERALS.split(' '))('the host %s is refused without a look-up', async (host) => {
  const asked: string[] = []
  const fetcher = makeMediaFetcher({
    resolve: async (name) => {
      asked.push(name)
      return []
    },
  })
  await expect(fetcher.fetch(`https://${host}/a.png`, 'p', new AbortController().signal)).rejects.toMatchObject({
    status: 400,
    code: 'invalid_value',
    param: 'p',
    message: UNREACHABLE,
  })
  expect(asked).toEqual([])
})

test.each([
  ['http://example.com/a.png', /https/],
  ['ftp://example.com/a.png', /https/],
  ['file:///etc/passwd', /https/],
  ['data:image/png;base64,AA==', /https/],
  ['//example.com/a.png', /https/],
  ['https://', /https/],
  ['', /https/],
  ['https://user:secret@example.com/a.png', /credentials/],
  ['https://user@example.com/a.png', /credentials/],
  ['https://example.com:8443/a.png', /port 443/],
  ['https://example.com:80/a.png', /port 443/],
])('the URL %s is refused by its syntax', async (url, message) => {
  const failure = await makeMediaFetcher({ resolve: () => Promise.reject(new Error('asked')) })
    .fetch(url, 'p', new AbortController().signal)
    .catch((error: unknown) => error)
  expect(failure).toMatchObject({ status: 400, code: 'invalid_value', param: 'p', message: expect.stringMatching(message) })
  expect(String(failure)).not.toContain('secret')
})
