import type { Operation } from '../contract/operation.js'
import { toStoredFile } from '../contract/storedFile.js'
import type { DocsFiles } from '../stores/docsFiles.js'

const PLAIN_PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Gemini Proxy</title>
<h1>Gemini Proxy</h1>
<p>The contract of this server is <a href="openapi.json">openapi.json</a>, in OpenAPI 3.1.</p>
<p>This server was deployed without the files that show it as a page. They are made by <code>npm run build</code>, in the folder
<code>docs</code> beside <code>server.cjs</code>.</p>
</html>
`

/** GET /docs: the page that shows the contract, or a plain one where its files are missing. */
export const makeGetDocs = (files: DocsFiles): Operation<'getDocs'> => {
  const plain = toStoredFile(PLAIN_PAGE, 'text/html; charset=utf-8')
  return async () => ({ file: (await files.read('index.html')) ?? plain })
}
