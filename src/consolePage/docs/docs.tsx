import { effect } from '@preact/signals'
import { render } from 'preact'
import { languageTag, say } from '../state/language.js'
import { applyTheme } from '../state/theme.js'
import { Guide } from './guide.js'
import { followToken, loadHealth } from './server.js'
import { followThemeInReference, showReference } from './swagger.js'
import '../styles/docs.css'

applyTheme()
followThemeInReference()
effect(() => {
  document.documentElement.lang = languageTag()
  document.title = say('Gemini Proxy API', 'Gemini Proxy API 参考')
})
const guide = document.getElementById('guide')
if (guide !== null) render(<Guide />, guide)
followToken()
loadHealth()
// Swagger UI is not available before this event: its script is loaded after this one.
document.addEventListener('DOMContentLoaded', showReference)
