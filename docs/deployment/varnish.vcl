vcl 4.1;
# /etc/varnish/default.vcl: in front of Runnel, behind what speaks TLS.
# Change where Runnel listens.

backend runnel {
  .host = "127.0.0.1";
  .port = "3000";
  # Longer than the 15 s after which Runnel breaks the silence of a stream, and than a model takes to load.
  .first_byte_timeout = 5m;
  .between_bytes_timeout = 5m;
}

sub vcl_recv {
  # Nothing is the same for two callers.
  return (pass);
}
