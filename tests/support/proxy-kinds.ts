import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensurePackage } from '@/scripts/lib/debian.mjs'

/** The name in the documented files. */
export const NAME = 'runnel.example.org'

/** Where a proxy listens, what it stands in front of, and a folder for its files. */
export type Place = { port: number; upstream: URL; folder: string }

/** Where a proxy's file says what has to be changed, and how the program is told of the file. */
export type ProxyKind = {
  file: string
  from: string
  at: string
  libraries: readonly string[]
  /** Something else speaks TLS in front of it. */
  plain?: true
  changes: (at: Place) => readonly [string, string][]
  args: (
    at: Place & { config: string; unpacked: string },
  ) => readonly string[] | Promise<readonly string[]>
}

export const PROXIES: Readonly<Record<string, ProxyKind>> = {
  caddy: {
    file: 'Caddyfile',
    from: 'caddy',
    at: 'usr/bin/caddy',
    libraries: [],
    changes: ({ port, upstream, folder }) => [
      [
        `${NAME} {`,
        `{\n admin off\n auto_https disable_redirects\n}\nhttps://${NAME}:${port} {\n tls ${folder}/cert.pem ${folder}/key.pem`,
      ],
      ['127.0.0.1:3000', upstream.host],
    ],
    args: ({ config }) => ['run', '--config', config, '--adapter', 'caddyfile'],
  },
  haproxy: {
    file: 'haproxy.cfg',
    from: 'haproxy',
    at: 'usr/sbin/haproxy',
    libraries: ['liblua5.3-0', 'libopentracing-c-wrapper0', 'libopentracing1', 'libpcre2-8-0'],
    changes: ({ port, upstream, folder }) => [
      ['bind :443', `bind 127.0.0.1:${port}`],
      ['/etc/ssl/runnel/cert-and-key.pem', `${folder}/both.pem`],
      ['127.0.0.1:3000', upstream.host],
    ],
    args: ({ config }) => ['-db', '-f', config],
  },
  lighttpd: {
    file: 'lighttpd.conf',
    from: 'lighttpd',
    at: 'usr/sbin/lighttpd',
    libraries: ['lighttpd-mod-openssl', 'libnettle8', 'libpcre2-8-0', 'libxxhash0'],
    changes: ({ port, upstream, folder }) => [
      ['server.port = 443', `server.bind = "127.0.0.1"\nserver.port = ${port}`],
      ['/etc/ssl/runnel/cert.pem', `${folder}/cert.pem`],
      ['/etc/ssl/runnel/key.pem', `${folder}/key.pem`],
      ['"port" => "3000"', `"port" => "${upstream.port}"`],
    ],
    args: ({ config, unpacked }) => ['-D', '-f', config, '-m', join(unpacked, 'usr/lib/lighttpd')],
  },
  apache: {
    file: 'apache.conf',
    from: 'apache2-bin',
    at: 'usr/sbin/apache2',
    libraries: ['libapr1', 'libaprutil1', 'libexpat1', 'libpcre2-8-0'],
    changes: ({ port, upstream, folder }) => [
      ['*:443', `127.0.0.1:${port}`],
      ['/etc/ssl/runnel/cert.pem', `${folder}/cert.pem`],
      ['/etc/ssl/runnel/key.pem', `${folder}/key.pem`],
      ['http://127.0.0.1:3000/', upstream.href],
    ],
    args: ({ config, unpacked, port, folder }) => {
      // What Debian's own main file and `a2enmod` bring.
      const modules = [
        'mpm_event',
        'authz_core',
        'ssl',
        'socache_shmcb',
        'proxy',
        'proxy_http',
        'headers',
      ]
      const main = [
        ...modules.map(
          (name) =>
            `LoadModule ${name}_module ${join(unpacked, 'usr/lib/apache2/modules')}/mod_${name}.so`,
        ),
        `Listen 127.0.0.1:${port}`,
        `ServerRoot ${folder}`,
        `DefaultRuntimeDir ${folder}`,
        `PidFile ${folder}/pid`,
        `ErrorLog ${folder}/error.log`,
        // Its workers are never the administrator.
        'User www-data',
        'Group www-data',
        `Include ${config}`,
      ]
      writeFileSync(join(folder, 'main.conf'), `${main.join('\n')}\n`)
      return ['-D', 'FOREGROUND', '-f', join(folder, 'main.conf')]
    },
  },
  squid: {
    file: 'squid.conf',
    from: 'squid',
    at: 'usr/sbin/squid',
    libraries: [
      ...['squid-common', 'squid-langpack', 'libecap3', 'libtdb1', 'libltdl7', 'libnettle8'],
      ...[
        'libnetfilter-conntrack3',
        'libnfnetlink0',
        'libmnl0',
        'libxml2',
        'libexpat1',
        'libicu72',
      ],
      ...['libgssapi-krb5-2', 'libkrb5-3', 'libldap-2.5-0', 'libsasl2-2', 'libgnutls30'],
    ],
    plain: true,
    changes: ({ port, upstream }) => [
      ['http_port 80', `http_port 127.0.0.1:${port}`],
      ['parent 3000', `parent ${upstream.port}`],
    ],
    args: ({ config, unpacked, folder }) => {
      const share = join(unpacked, 'usr/share/squid')
      const places = [
        'pid_filename none',
        'access_log none',
        'cache_log /dev/null',
        'pinger_enable off',
        `unlinkd_program ${join(unpacked, 'usr/lib/squid/unlinkd')}`,
        `coredump_dir ${folder}`,
        `mime_table ${share}/mime.conf`,
        `icon_directory ${share}/icons`,
        `error_directory ${share}-langpack/en`,
      ]
      writeFileSync(join(folder, 'main.conf'), `include ${config}\n${places.join('\n')}\n`)
      return ['-N', '-f', join(folder, 'main.conf')]
    },
  },
  varnish: {
    file: 'varnish.vcl',
    from: 'varnish',
    at: 'usr/sbin/varnishd',
    libraries: ['libvarnishapi3', 'libjemalloc2', 'libedit2', 'libpcre2-8-0'],
    plain: true,
    changes: ({ upstream }) => [['"3000"', `"${upstream.port}"`]],
    args: async ({ config, port, folder }) => {
      // It compiles its file as C, which asks for a compiler and two headers.
      const tcc = await ensurePackage('tcc', 'usr/bin/tcc', ['libc6-dev', 'linux-libc-dev'])
      const usr = join(tcc, '../..')
      const triple = `${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`
      const places = `-B${usr}/lib/${triple}/tcc -I${usr}/include -I${usr}/include/${triple}`
      mkdirSync(join(folder, 'varnish'))
      return [
        ...['-F', '-a', `127.0.0.1:${port}`, '-f', config, '-n', join(folder, 'varnish')],
        ...['-s', 'malloc,16m', '-j', 'none'],
        ...['-p', `cc_command=${tcc} ${places} -nostdlib -shared -o %o %s`],
      ]
    },
  },
}
