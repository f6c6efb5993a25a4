/**
 * The content security policy of a page (https://www.w3.org/TR/CSP3/). Only scripts with the nonce run, and those
 * that they load; nothing is fetched from elsewhere, sent elsewhere, or framed. Styles may be inline: components
 * place what they float by style attributes, and without a way to fetch from elsewhere a style can't tell anything.
 *
 * @param development Whether React may evaluate code, which its error messages in development need.
 */
export function pagePolicy(nonce: string, development: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}
