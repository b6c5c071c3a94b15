//! Frames of the conversation with compilers, in both directions: each is read or refused, and what is read is
//! written as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pkgimage_ir::protocol::{
    Answer, FrameError, Hello, Request, decode, encode, read_frame, write_frame,
};

fn payload(bytes: &[u8]) {
    if let Some(hello) = Hello::decode(bytes) {
        assert_eq!(hello.encode(), bytes);
        let _ = Hello::own().mismatch(&hello);
    }
    if let Some(request) = decode::<Request>(bytes) {
        assert_eq!(decode::<Request>(&encode(&request)), Some(request));
    }
    if let Some(answer) = decode::<Answer>(bytes) {
        assert_eq!(decode::<Answer>(&encode(&answer)), Some(answer));
    }
}

fuzz_target!(|data: &[u8]| {
    let mut from = data;
    loop {
        match read_frame(&mut from) {
            Ok(bytes) => payload(&bytes),
            Err(FrameError::TooLarge(_) | FrameError::Damaged(_)) => {}
            Err(_) => break,
        }
    }
    // The checksums keep nearly everything out: the rest is tried without them, and with right ones.
    payload(data);
    let mut frame = Vec::new();
    write_frame(&mut frame, data).expect("a frame in memory");
    assert_eq!(read_frame(&mut frame.as_slice()).expect("the same frame"), data);
});
