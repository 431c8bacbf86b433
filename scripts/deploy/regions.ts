// Where the function can run. Part of lint-deploy.ts, deploy.ts and smoke.ts; docs/deploy.md shows the same table.

/** What runs the server: Node.js from a layer, or the one that the runtime brings along. */
export type Runtime = 'custom.debian11' | 'custom.debian10'

/** A region of Function Compute outside mainland China and Hong Kong. */
export interface Region {
  readonly name: string
  /** The newest runtime that the documentation names for it. Where Function Compute refuses it all the same, `make deploy` takes the older. */
  readonly runtime: Runtime
  /** False where the component fc3-domain knows no custom domains. */
  readonly hasDomains: boolean
}

/** The runtime of every region, for when the newer is refused. */
export const FALLBACK_RUNTIME: Runtime = 'custom.debian10'

/** The folder that PATH has to begin with, and the layer that puts Node.js there. */
export const NODE_OF: Readonly<Record<Runtime, { readonly bin: string; readonly layer?: string }>> = {
  'custom.debian11': { bin: '/opt/nodejs22/bin', layer: 'Nodejs22/versions/3' },
  'custom.debian10': { bin: '/var/fc/lang/nodejs20/bin' },
}

const region = (name: string, runtime: Runtime, hasDomains = true): Region => ({ name, runtime, hasDomains })

/** Every region that may be deployed to. */
export const REGIONS: Readonly<Record<string, Region>> = {
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

/** Says why nothing is deployed to a region; undefined where it may be. */
export function refusalOf(name: string): string | undefined {
  if (name.startsWith('cn-')) {
    return `${name} is in mainland China or Hong Kong, where Gemini refuses every request ("User location is not supported"). Take another region, such as ap-northeast-1.`
  }
  if (REGIONS[name] === undefined)
    return `${name} is not a region that this can be deployed to. There are: ${Object.keys(REGIONS).join(', ')}.`
  return undefined
}
