import type { Metafile } from 'esbuild'
import { CATALOGUE } from '../../src/upstream/models/catalogue.js'
import { makeModelList } from '../../src/upstream/models/modelList.js'
import { SPEECH_CATALOGUE } from '../../src/upstream/models/speechCatalogue.js'
import { bundlePage } from './consolePage.js'

const SWAGGER_UI = 'node_modules/swagger-ui-dist'
const COPIED = [
  'src/consolePage/docs/index.html',
  ...['swagger-ui-bundle.js', 'swagger-ui-bundle.js.LICENSE.txt', 'swagger-ui.css', 'LICENSE', 'NOTICE'].map(
    (name) => `${SWAGGER_UI}/${name}`,
  ),
]

/**
 * Bundles the docs page into dist/docs, and copies Swagger UI, which it loads, unchanged.
 *
 * @returns esbuild's metafile, for the SBOM
 */
export function buildDocsPage(): Promise<Metafile> {
  return bundlePage({
    entry: 'docs/docs.tsx',
    folder: 'docs',
    copied: COPIED,
    define: { __PUBLISHED_MODELS__: JSON.stringify(publishedModels()) },
  })
}

/** Returns the model catalogue with retirement dates, which the page compares with today. */
function publishedModels(): object[] {
  const days = new Map([...CATALOGUE, ...SPEECH_CATALOGUE].map(({ id, retiredOn }) => [id, retiredOn]))
  const { list } = makeModelList({ configured: [], listedByGoogle: () => [], servedModelOf: (id) => id, now: () => 0 })
  return list().map((model) => ({ ...model, retired_on: days.get(model.id) }))
}
