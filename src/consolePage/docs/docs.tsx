import { effect } from '@preact/signals'
import { render } from 'preact'
import { languageTag, say } from '../state/language.js'
import { applyTheme } from '../state/theme.js'
import { Guide } from './guide.js'
import { listModelsOnTokenChange, loadHealth } from './server.js'
import { applyThemeToSwagger, showReference } from './swagger.js'
import '../styles/docs.css'

applyTheme()
applyThemeToSwagger()
effect(() => {
  document.documentElement.lang = languageTag()
  document.title = say('Gemini Proxy API', 'Gemini Proxy API 参考')
})
const guide = document.getElementById('guide')
if (guide !== null) render(<Guide />, guide)
listModelsOnTokenChange()
loadHealth()
// Wait for DOMContentLoaded: Swagger UI's script runs before that event, but after this script.
document.addEventListener('DOMContentLoaded', showReference)
