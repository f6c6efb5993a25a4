/** What a model is at that is on its way into memory. Once its file is there, the best number of threads is measured. */
export function loadingWords(progress: number): string {
  return progress < 1 ? 'loading' : 'measuring'
}
