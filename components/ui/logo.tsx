/** Runnel's mark: water in a channel. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 20 20"
      fill="none"
      strokeLinecap="round"
      strokeWidth="2"
      className={className}
    >
      <path d="M2 5.5c2.7-2.7 5.3-2.7 8 0s5.3 2.7 8 0" className="stroke-accent" />
      <path d="M2 10.5c2.7-2.7 5.3-2.7 8 0s5.3 2.7 8 0" className="stroke-accent/65" />
      <path d="M2 15.5c2.7-2.7 5.3-2.7 8 0s5.3 2.7 8 0" className="stroke-accent/35" />
    </svg>
  )
}
