import { z } from 'zod'

/** A model that thinks, signs its tool calls and rejects steps whose signature is missing. */
export const MODEL = 'gemini-3.8-flash'

/** Parameters of the tool `get_weather`. */
export const CITY = z.object({ city: z.string() })

/** Schema of the structured answer. */
export const REPORT = z.object({
  city: z.string(),
  degrees: z.number(),
  kind: z.enum(['sun', 'rain']),
  days: z.array(z.object({ day: z.string() })),
})

/**
 * Makes a prompt that controls the simulator: it requests `parallel` tool calls in each of `steps`
 * steps, and then answers.
 */
export const prompt = (steps: number, parallel = 1): string => {
  const cities = ['Oslo', 'Seoul', '杭州']
  const calls = cities.slice(0, parallel).map((city) => ({ name: 'get_weather', arguments: { city } }))
  return `What is the weather? simulate:${JSON.stringify({ steps: Array.from({ length: steps }, () => calls) })}`
}

/** A prompt that makes the simulator send thoughts before its answer. */
export const THINKING = `Think. simulate:${JSON.stringify({ thoughts: ['First. ', 'Second.'], text: 'Hello there, 世界!', chunks: 3 })}`
