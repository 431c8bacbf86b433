import type { Fact } from './facts.js'

/** Latitude and longitude of cities that are common in examples of tools. */
const CITIES: Readonly<Record<string, readonly [number, number]>> = {
  Amsterdam: [52.37, 4.9],
  Beijing: [39.9, 116.41],
  Berlin: [52.52, 13.4],
  Bogotá: [4.71, -74.07],
  Boston: [42.36, -71.06],
  Chicago: [41.88, -87.63],
  Hangzhou: [30.27, 120.16],
  London: [51.51, -0.13],
  Madrid: [40.42, -3.7],
  'New York': [40.71, -74.01],
  Oslo: [59.91, 10.75],
  Paris: [48.86, 2.35],
  Rome: [41.9, 12.5],
  'San Francisco': [37.77, -122.42],
  Seoul: [37.57, 126.98],
  Shanghai: [31.23, 121.47],
  Singapore: [1.35, 103.82],
  Sydney: [-33.87, 151.21],
  Tokyo: [35.68, 139.69],
}
const CHINESE: Readonly<Record<string, string>> = {
  北京: 'Beijing',
  上海: 'Shanghai',
  杭州: 'Hangzhou',
  巴黎: 'Paris',
  伦敦: 'London',
  东京: 'Tokyo',
  纽约: 'New York',
  首尔: 'Seoul',
  罗马: 'Rome',
  柏林: 'Berlin',
  悉尼: 'Sydney',
  新加坡: 'Singapore',
}

/** Returns the coordinate of the first known city, if `name` is a latitude or longitude. */
export function coordinateFor(name: string, facts: readonly Fact[]): { readonly fact: Fact; readonly value: number } | undefined {
  const index = /^lat(?:itude)?$/i.test(name) ? 0 : /^(?:lon|lng|long|longitude)$/i.test(name) ? 1 : undefined
  if (index === undefined) return undefined
  for (const fact of facts) {
    const city = fact.value.split(', ', 1)[0] ?? ''
    const found = fact.kind === 'name' ? CITIES[CHINESE[city] ?? city] : undefined
    if (found !== undefined) return { fact, value: found[index] }
  }
  return undefined
}
