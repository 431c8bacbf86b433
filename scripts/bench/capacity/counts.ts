/** True for `--tiny`: only a few figures are measured, to try the command. */
export const isTiny = process.argv.includes('--tiny')

const FULL = {
  streams: [1, 10, 50, 100, 200, 500, 1_000, 2_000],
  windowMs: 5_000,
  probes: 60,
  kilobytes: [1, 10, 100, 1_000, 5_000, 10_000, 20_000],
  megabytesPerSize: 80,
  names: [1, 100, 1_000],
  requests: 600,
  redisStreams: 200,
  streamsPerSize: [25, 50, 100, 200, 400, 800, 1_600],
  // Instance sizes to measure. Function Compute allows 1 to 4 GB of memory per vCPU.
  sizes: [
    { megabytes: 256, vcpu: 0.1 },
    { megabytes: 256, vcpu: 0.25 },
    { megabytes: 512, vcpu: 0.25 },
    { megabytes: 512, vcpu: 0.35 },
    { megabytes: 512, vcpu: 0.5 },
    { megabytes: 1_024, vcpu: 0.5 },
    { megabytes: 1_024, vcpu: 1 },
  ],
}

const TINY: typeof FULL = {
  ...FULL,
  streams: [1, 20, 100],
  windowMs: 1_500,
  probes: 10,
  kilobytes: [1, 1_000, 20_000],
  megabytesPerSize: 20,
  names: [1, 1_000],
  requests: 150,
  redisStreams: 20,
  streamsPerSize: [20, 100],
  sizes: [
    { megabytes: 256, vcpu: 0.25 },
    { megabytes: 512, vcpu: 0.35 },
  ],
}

/** Numbers of streams and requests, and sizes of bodies and instances, for `make capacity`. */
export const COUNTS = isTiny ? TINY : FULL
