const MONTHS =
  'January February March April May June July August September October November December'.split(' ')
const DAYS = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ')

/**
 * A date as C's `strftime` writes it, in English and in the server's time zone.
 * @see https://docs.python.org/3/library/datetime.html#format-codes
 */
export function strftime(date: Date, format: string): string {
  return format.replace(/%(-?)([A-Za-z%])/g, (whole, bare: string, code: string) => {
    const text = directive(date, code)
    return text === undefined ? whole : bare ? text.replace(/^0+(?=\d)/, '') : text
  })
}

function directive(date: Date, code: string): string | undefined {
  const two = (value: number) => String(value).padStart(2, '0')
  const [month, day] = [MONTHS[date.getMonth()] ?? '', DAYS[date.getDay()] ?? '']
  const hour = date.getHours()
  switch (code) {
    case 'Y':
      return String(date.getFullYear())
    case 'y':
      return two(date.getFullYear() % 100)
    case 'm':
      return two(date.getMonth() + 1)
    case 'd':
      return two(date.getDate())
    case 'e':
      return String(date.getDate()).padStart(2)
    case 'B':
      return month
    case 'b':
    case 'h':
      return month.slice(0, 3)
    case 'A':
      return day
    case 'a':
      return day.slice(0, 3)
    case 'H':
      return two(hour)
    case 'I':
      return two(hour % 12 || 12)
    case 'p':
      return hour < 12 ? 'AM' : 'PM'
    case 'M':
      return two(date.getMinutes())
    case 'S':
      return two(date.getSeconds())
    case 'j':
      return String(dayOfYear(date)).padStart(3, '0')
    case 'F':
      return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
    case 'T':
      return `${two(hour)}:${two(date.getMinutes())}:${two(date.getSeconds())}`
    case '%':
      return '%'
    default:
      return undefined
  }
}

const dayOfYear = (date: Date): number =>
  Math.round(
    (new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime() -
      new Date(date.getFullYear(), 0, 1).getTime()) /
      86_400_000,
  ) + 1
