// The supported regions. Part of lint.ts and deploy.ts; docs/deploy.md shows the same table.

/** Runtime of the function: debian11 with Node.js from a layer, or debian10 with Node.js 20. */
export type Runtime = 'custom.debian11' | 'custom.debian10'

/** The runtime that every supported region has. */
export const FALLBACK_RUNTIME: Runtime = 'custom.debian10'

/** The folder and the layer of Node.js for each runtime; PATH must begin with the folder. */
export const NODE_OF_RUNTIME: Readonly<Record<Runtime, { readonly bin: string; readonly layer?: string }>> = {
  'custom.debian11': { bin: '/opt/nodejs22/bin', layer: 'Nodejs22/versions/3' },
  'custom.debian10': { bin: '/var/fc/lang/nodejs20/bin' },
}

const region = (name: string, runtime: Runtime, hasDomains = true) => ({ name, runtime, hasDomains })

/**
 * Every supported region by id: its newest documented runtime (if it is refused, `make deploy`
 * retries with the older one), and whether it supports custom domains (component fc3-domain).
 */
export const REGIONS: Readonly<Record<string, Readonly<ReturnType<typeof region>>>> = {
  'ap-northeast-1': region('Tokyo', 'custom.debian11'),
  'ap-northeast-2': region('Seoul', 'custom.debian11'),
  'us-west-1': region('Silicon Valley', 'custom.debian11'),
  'us-east-1': region('Virginia', 'custom.debian11'),
  'eu-central-1': region('Frankfurt', 'custom.debian11'),
  'eu-west-1': region('London', 'custom.debian11'),
  'ap-southeast-7': region('Bangkok', 'custom.debian11'),
  'ap-southeast-1': region('Singapore', 'custom.debian10'),
  'ap-southeast-3': region('Kuala Lumpur', 'custom.debian10'),
  'ap-southeast-5': region('Jakarta', 'custom.debian10'),
  'me-central-1': region('Riyadh', 'custom.debian10', false),
}

/** Explains why a region is not supported; returns undefined if it is. */
export function explainUnsupportedRegion(name: string): string | undefined {
  if (name.startsWith('cn-')) {
    return `${name} is in mainland China or Hong Kong, where Gemini refuses every request ("User location is not supported"). Use another region, such as ap-northeast-1.`
  }
  if (REGIONS[name] === undefined) return `${name} is not a supported region. Supported regions: ${Object.keys(REGIONS).join(', ')}.`
  return undefined
}
