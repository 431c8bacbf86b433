import type { Operation } from '../contract/operation.js'
import { toStaticFile } from '../contract/storedFile.js'
import type { PageFiles } from '../stores/pageFiles.js'

const PLAIN_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Gemini Proxy</title>
<h1>Gemini Proxy</h1>
<p>This server is described by <a href="openapi.json">openapi.json</a>, an OpenAPI 3.1 document.</p>
<p>The files of the documentation page were not deployed. <code>npm run build</code> creates them in the folder
<code>docs</code> next to <code>server.cjs</code>.</p>
</html>
`

/** Handler of GET /docs: the documentation page, or a plain page if its files were not deployed. */
export const makeGetDocs = (files: PageFiles): Operation<'getDocs'> => {
  const plain = toStaticFile(PLAIN_PAGE, 'text/html; charset=utf-8')
  return async () => ({ file: (await files.read('index.html')) ?? plain })
}
