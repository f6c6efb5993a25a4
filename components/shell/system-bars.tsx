export function SystemBars() {
  return null
}
