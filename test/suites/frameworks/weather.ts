import { z } from 'zod'

/** A model that thinks, signs its tool calls and refuses steps that have lost their signature. */
export const MODEL = 'gemini-3.8-flash'

/** What the tool takes. */
export const CITY = z.object({ city: z.string() })

/** What a structured answer has. */
export const REPORT = z.object({
  city: z.string(),
  degrees: z.number(),
  kind: z.enum(['sun', 'rain']),
  days: z.array(z.object({ day: z.string() })),
})

/** A prompt that has the simulator call tools for some steps, several at once, and then answer. */
export const prompt = (steps: number, parallel = 1): string => {
  const cities = ['Oslo', 'Seoul', '杭州']
  const calls = cities.slice(0, parallel).map((city) => ({ name: 'get_weather', arguments: { city } }))
  return `What is the weather? simulate:${JSON.stringify({ steps: Array.from({ length: steps }, () => calls) })}`
}

/** A prompt that has it think aloud, then answer. */
export const THINKING = `Think. simulate:${JSON.stringify({ thoughts: ['First. ', 'Second.'], text: 'Hello there, 世界!', chunks: 3 })}`
