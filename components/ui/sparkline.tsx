import { cn } from './cn'

type Props = {
  /** What is drawn, for screen readers, such as "Tokens a second over the last hour". */
  label: string
  /** From the oldest to the newest; null is a gap. */
  values: readonly (number | null)[]
  className?: string
}

const WIDTH = 240
const HEIGHT = 48
/** Room for the line's own width at the edges. */
const PAD = 2
/** Less than the time that a point stands for. */
const LONE = 2.5

/** The course of a number, as a small line with the area under it. Its scale starts at zero, so it does not exaggerate. */
export function Sparkline({ label, values, className }: Props) {
  const highest = Math.max(1e-9, ...values.map((value) => value ?? 0))
  const x = (index: number) => (index / Math.max(1, values.length - 1)) * WIDTH
  const y = (value: number) => HEIGHT - PAD - (value / highest) * (HEIGHT - 2 * PAD)
  const runs = splitAtGaps(values)
  const line = runs.map((run) => pathOf(run, x, y)).join('')
  const area = runs.map((run) => areaOf(run, x, y)).join('')
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={cn('block h-12 w-full overflow-visible', className)}
    >
      <path d={area} className="fill-accent-soft" />
      <path
        d={line}
        fill="none"
        strokeLinecap="round"
        strokeLinejoin="round"
        strokeWidth="1.5"
        vectorEffect="non-scaling-stroke"
        className="stroke-accent"
      />
    </svg>
  )
}

type Point = { index: number; value: number }
type Scale = (value: number) => number

function splitAtGaps(values: readonly (number | null)[]): Point[][] {
  const runs: Point[][] = []
  let run: Point[] = []
  values.forEach((value, index) => {
    if (value === null) run = []
    else {
      if (run.length === 0) runs.push(run)
      run.push({ index, value })
    }
  })
  return runs
}

function pathOf(run: readonly Point[], x: Scale, y: Scale): string {
  const points = run.map(({ index, value }) => `${x(index).toFixed(1)} ${y(value).toFixed(1)}`)
  // A lone point is drawn as a dash: a dot of the line's width looks like dust.
  return `M${points.join('L')}${points.length === 1 ? `h-${LONE}` : ''}`
}

function areaOf(run: readonly Point[], x: Scale, y: Scale): string {
  const first = run[0]
  const last = run.at(-1)
  if (!first || !last || first === last) return ''
  return `${pathOf(run, x, y)}V${HEIGHT}H${x(first.index).toFixed(1)}Z`
}
