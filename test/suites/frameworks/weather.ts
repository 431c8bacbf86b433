import { z } from 'zod'

/** A model that thinks, signs its tool calls and rejects steps whose signature is missing. */
export const MODEL = 'gemini-3.8-flash'

/** Parameters of the tool. */
export const CITY = z.object({ city: z.string() })

/** Schema of the structured answer. */
export const REPORT = z.object({
  city: z.string(),
  degrees: z.number(),
  kind: z.enum(['sun', 'rain']),
  days: z.array(z.object({ day: z.string() })),
})

/**
 * Makes a prompt for which the simulator calls tools for some steps, `parallel` at once, and then
 * answers.
 */
export const prompt = (steps: number, parallel = 1): string => {
  const cities = ['Oslo', 'Seoul', '杭州']
  const calls = cities.slice(0, parallel).map((city) => ({ name: 'get_weather', arguments: { city } }))
  return `What is the weather? simulate:${JSON.stringify({ steps: Array.from({ length: steps }, () => calls) })}`
}

/** A prompt for which the simulator thinks, then answers. */
export const THINKING = `Think. simulate:${JSON.stringify({ thoughts: ['First. ', 'Second.'], text: 'Hello there, 世界!', chunks: 3 })}`
