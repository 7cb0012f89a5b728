//! HTTP/2 by hand, for what no library would send.

/// What a connection begins with.
pub(crate) const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub(crate) const DATA: u8 = 0;
pub(crate) const HEADERS: u8 = 1;
pub(crate) const RESET: u8 = 3;
pub(crate) const SETTINGS: u8 = 4;
pub(crate) const PING: u8 = 6;
pub(crate) const WINDOW: u8 = 8;
pub(crate) const CONTINUATION: u8 = 9;
pub(crate) const END_STREAM: u8 = 1;
pub(crate) const END_HEADERS: u8 = 4;

pub(crate) fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len())
        .expect("a length")
        .to_be_bytes();
    let mut frame = vec![length[1], length[2], length[3], kind, flags];
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// A preface and empty settings.
pub(crate) fn hello() -> Vec<u8> {
    [PREFACE, &frame(SETTINGS, 0, 0, &[])].concat()
}

/// The fields of a call, without compression.
pub(crate) fn fields(path: &str) -> Vec<u8> {
    let mut block = vec![0x83, 0x86]; // POST, http
    let mut put = |head: &[u8], text: &str| {
        block.extend(head);
        block.push(u8::try_from(text.len()).expect("a short text"));
        block.extend(text.as_bytes());
    };
    put(&[0x04], path);
    put(&[0x01], "localhost");
    put(&[0x0f, 0x10], "application/grpc");
    put(&[0x00, 2, b't', b'e'], "trailers");
    block
}

pub(crate) fn headers(stream: u32, path: &str) -> Vec<u8> {
    frame(HEADERS, END_HEADERS, stream, &fields(path))
}

/// A message as gRPC has it, with a length that may lie.
pub(crate) fn message(flag: u8, length: u32, bytes: &[u8]) -> Vec<u8> {
    [&[flag], &length.to_be_bytes()[..], bytes].concat()
}

/// A whole call: fields and message.
pub(crate) fn call(stream: u32, path: &str, request: &[u8]) -> Vec<u8> {
    let length = u32::try_from(request.len()).expect("a length");
    [
        headers(stream, path),
        frame(DATA, END_STREAM, stream, &message(0, length, request)),
    ]
    .concat()
}
