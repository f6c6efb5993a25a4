const BYTE_UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB']

/** A size as people read it: `1.3 GB`, `42 MB`, `512 B`. Powers of 1,000, as disks and hubs count. */
export function formatBytes(bytes: number): string {
  const { value, unit } = scaleBytes(bytes)
  return `${value} ${unit}`
}

/** Two sizes in the unit of the larger one: `1.5 of 2.5 GB`. */
export function formatBytesOf(bytes: number, total: number): string {
  const power = bytePower(total)
  const digits = power > 1 && total < 99.5 * 1000 ** power ? 1 : 0
  const part = (bytes / 1000 ** power).toFixed(digits)
  const whole = (total / 1000 ** power).toFixed(digits)
  return `${part} of ${whole} ${BYTE_UNITS[power]}`
}

function scaleBytes(bytes: number): { value: string; unit: string | undefined } {
  const power = bytePower(bytes)
  const value = bytes / 1000 ** power
  return { value: value.toFixed(power > 0 && value < 9.95 ? 1 : 0), unit: BYTE_UNITS[power] }
}

function bytePower(bytes: number): number {
  if (bytes < 1000) return 0
  return Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log10(bytes) / 3 + 1e-9))
}

/** A speed: `42 MB/s`. */
export function formatSpeed(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`
}

/** Seconds that are left: `36 s left`, `3 min left`, `2 h left`. */
export function formatTimeLeft(seconds: number): string {
  return `${formatDuration(Math.max(1, Math.ceil(seconds)) * 1000)} left`
}

/** A duration: `31 ms`, `1.4 s`, `36 s`, `3 min`, `2 h`, `4 days`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 9950 && ms % 1000 !== 0) return `${(ms / 1000).toFixed(1)} s`
  if (ms < 90_000) return `${Math.round(ms / 1000)} s`
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`
  if (ms < 48 * 3_600_000) return `${Math.round(ms / 3_600_000)} h`
  return `${Math.round(ms / 86_400_000)} days`
}

/** How long ago: `just now`, `3 min ago`, `today`, `yesterday`, or the date. */
export function formatAgo(at: number, now: number): string {
  const ms = now - at
  if (ms < 60_000) return 'just now'
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min ago`
  const days = Math.round((startOfDay(now) - startOfDay(at)) / 86_400_000)
  if (days === 0) return 'today'
  if (days === 1) return 'yesterday'
  if (days < 14) return `${days} days ago`
  return new Date(at).toLocaleDateString('en', { day: 'numeric', month: 'short', year: 'numeric' })
}

function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}

/** A count in three digits: `842`, `1.2k`, `15k`, `1.2M`, `4B`, as model sizes and downloads are written. */
export function formatCount(count: number): string {
  if (count < 1000) return String(Math.round(count))
  const power = Math.min(4, Math.floor(Math.log10(count) / 3 + 1e-9))
  const value = count / 1000 ** power
  const text = value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : value.toFixed(0)
  return `${text}${['', 'k', 'M', 'B', 'T'][power]}`
}

/** Tokens of context, in thousands of 1,024: `128k`, `1k`, `512`. */
export function formatContext(tokens: number): string {
  return tokens < 1024 ? String(tokens) : `${Math.round(tokens / 1024)}k`
}

/** A share of 1 in whole percent, rounded down so that 100 % means done. */
export function formatPercent(share: number): string {
  return `${Math.floor(share * 100)} %`
}

/** `1 model`, `3 models`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
