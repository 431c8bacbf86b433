import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Metafile } from 'esbuild'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

interface Bom {
  readonly [member: string]: unknown
  readonly metadata: { readonly component: Readonly<Record<string, unknown>> }
  readonly components: readonly { readonly 'bom-ref': string }[]
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[]
}

/**
 * Makes the SBOM of the bundles as CycloneDX JSON, with npm; equal bundles give equal SBOMs.
 *
 * @throws if npm does not know a bundled package
 */
export function makeSbom(metafiles: readonly Metafile[]): string {
  const args = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application', '--package-lock-only']
  const npm = spawnSync('npm', args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 })
  if (npm.status !== 0) throw new Error(`npm sbom failed: ${npm.stderr}`)
  // Fields that differ between runs are left out: serial number, timestamp, name of this folder.
  // The cast is safe as long as npm writes CycloneDX 1.5.
  const { serialNumber: _, metadata, components, dependencies, ...rest } = JSON.parse(npm.stdout) as Bom
  const { name } = JSON.parse(readFileSync(`${ROOT}/package.json`, 'utf8')) as { name: string }
  const bundled = bundledPackages(metafiles)
  const kept = components.filter((component) => bundled.delete(component['bom-ref']))
  if (bundled.size > 0) throw new Error(`bundled, but unknown to npm sbom: ${[...bundled].join(', ')}`)
  const application = String(metadata.component['bom-ref'])
  const refs = new Set([application, ...kept.map((component) => component['bom-ref'])])
  const bom = {
    ...rest,
    metadata: { component: { ...metadata.component, name } },
    components: kept,
    dependencies: dependencies
      .filter(({ ref }) => refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) })),
  }
  return `${JSON.stringify(bom, null, 2)}\n`
}

/** Returns the npm packages whose code is in the bundles, as `name@version`. */
export function bundledPackages(metafiles: readonly Metafile[]): Set<string> {
  const folders = new Set<string>()
  for (const { inputs } of metafiles.flatMap(({ outputs }) => Object.values(outputs)))
    for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
      const [folder] = /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file) ?? []
      if (folder !== undefined && bytesInOutput > 0) folders.add(folder)
    }
  const packages = [...folders].map((folder) => JSON.parse(readFileSync(`${ROOT}/${folder}/package.json`, 'utf8')))
  return new Set(packages.map(({ name, version }) => `${name}@${version}`))
}
