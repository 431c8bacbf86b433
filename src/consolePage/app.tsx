import { effect } from '@preact/signals'
import { render } from 'preact'
import { Login } from './login.js'
import { Shell } from './shell.js'
import { languageTag, say } from './state/language.js'
import { updateViewOnHashChange } from './state/route.js'
import { adminToken } from './state/session.js'
import { applyTheme } from './state/theme.js'
import './styles/app.css'

/** The page of the console: the login, or after it the views. */
function ConsolePage() {
  return adminToken.value === undefined ? <Login /> : <Shell />
}

applyTheme()
updateViewOnHashChange()
effect(() => {
  document.documentElement.lang = languageTag()
  document.title = say('Gemini Proxy console', 'Gemini Proxy 控制台')
})
const root = document.getElementById('app')
if (root !== null) render(<ConsolePage />, root)
