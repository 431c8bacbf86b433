import { BlockList, isIP } from 'node:net'

// IPv4 ranges that are not public, and ranges of tunnels to such addresses. Source: IANA's
// special-purpose registries.
const REFUSED_IPV4 = [
  '0.0.0.0/8', // this host on this network
  '10.0.0.0/8', // private networks
  '100.64.0.0/10', // carrier-grade NAT; Alibaba Cloud's metadata at 100.100.100.200
  '127.0.0.0/8', // loopback
  '168.63.129.16/32', // Azure's platform service
  '169.254.0.0/16', // link-local; metadata of most clouds
  '172.16.0.0/12', // private networks
  '192.0.0.0/24', // protocol assignments; Oracle's metadata at 192.0.0.192
  '192.0.2.0/24', // reserved for documentation
  '192.31.196.0/24', // DNS sinks for private addresses (AS112)
  '192.52.193.0/24', // multicast tunnels
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private networks
  '192.175.48.0/24', // DNS sinks for private addresses (AS112)
  '198.18.0.0/15', // reserved for network benchmarks
  '198.51.100.0/24', // reserved for documentation
  '203.0.113.0/24', // reserved for documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, broadcast
]

// The range of global unicast. It excludes local addresses, multicast addresses, and addresses that
// contain an IPv4 address.
const PUBLIC_IPV6 = ['2000::/3']

const REFUSED_IPV6 = [
  '2001::/23', // protocol assignments, Teredo, network benchmarks
  '2001:db8::/32', // reserved for documentation
  '2002::/16', // 6to4: contains an IPv4 address
  '2620:4f:8000::/48', // DNS sinks for private addresses (AS112)
  '3fff::/20', // reserved for documentation
]

function listOf(networks: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/')
    list.addSubnet(address, Number(prefix), family)
  }
  return list
}

/** Makes a function that returns true only for IPv4 and IPv6 addresses of the public internet. */
export function makeAddressGuard(): (address: string) => boolean {
  const refused4 = listOf(REFUSED_IPV4, 'ipv4')
  const refused6 = listOf(REFUSED_IPV6, 'ipv6')
  const public6 = listOf(PUBLIC_IPV6, 'ipv6')
  return (address) => {
    const family = isIP(address)
    if (family === 4) return !refused4.check(address, 'ipv4')
    // An address with a zone, such as fe80::1%eth0, is always local.
    return family === 6 && !address.includes('%') && public6.check(address, 'ipv6') && !refused6.check(address, 'ipv6')
  }
}
