use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

/// Streams a text from Runnel: rustc stream.rs && RUNNEL_KEY=… ./stream
fn main() -> std::io::Result<()> {
    let key = std::env::var("RUNNEL_KEY").expect("set RUNNEL_KEY");
    let address = std::env::var("RUNNEL_ADDRESS").unwrap_or("127.0.0.1:3000".into());
    let body = r#"{"prompt":"Once upon a time","stream":true,"max_tokens":60}"#;
    let mut socket = TcpStream::connect(&address)?;
    // HTTP/1.0 asks for the plain stream, without chunks.
    write!(
        socket,
        "POST /v1/infer HTTP/1.0\r\nHost: {address}\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )?;
    for line in BufReader::new(socket).lines() {
        match line?.strip_prefix("data: ") {
            Some("[DONE]") => break,
            Some(data) => println!("{data}"),
            None => {}
        }
    }
    Ok(())
}
