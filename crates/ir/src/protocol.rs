//! The conversation with the compiler process, over its stdin and stdout.
//!
//! Frames: a head and a payload. The head is three words of four bytes, little-endian: the payload's
//! length, its CRC-32C, and the CRC-32C of these two, so that a reader that has lost its place knows at
//! once, instead of waiting for as many bytes as some garbage says. The first frame of each side is
//! a [`Hello`], in a form that no version will change; if the versions differ, nothing else is said.
//! Then the client sends a [`Request`] whenever it likes and the compiler answers each with one
//! [`Answer`], in order; a malformed payload is answered by one error, and the conversation goes
//! on; after a malformed head it ends with that error. The compiler keeps nothing between requests.

use crate::named::named_enum;
use crate::target::{OptLevel, Target};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::io::{self, Read, Write};

/// The version of this conversation.
pub const PROTOCOL: u32 = 1;

/// What the compiler is: changes with everything that changes the object code.
pub const BUILD_ID: &str = env!("PKGIMAGE_BUILD_ID");

/// The largest frame.
pub const MAX_FRAME: usize = 64 << 20;

const MAGIC: &[u8; 8] = b"PKGCOMP\0";
const MAX_BUILD: usize = 256;

/// What each side says first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hello {
    /// [`PROTOCOL`] of the sender.
    pub protocol: u32,
    /// [`BUILD_ID`] of the sender.
    pub build: String,
}

impl Hello {
    /// That of this program.
    pub fn own() -> Hello {
        Hello { protocol: PROTOCOL, build: BUILD_ID.to_owned() }
    }

    /// The payload of its frame: mark, protocol version, build id.
    pub fn encode(&self) -> Vec<u8> {
        [MAGIC.as_slice(), &self.protocol.to_le_bytes(), self.build.as_bytes()].concat()
    }

    /// Reads a payload.
    pub fn decode(payload: &[u8]) -> Option<Hello> {
        let rest = payload.strip_prefix(MAGIC)?;
        let (protocol, build) = rest.split_first_chunk::<4>()?;
        let build = std::str::from_utf8(build).ok().filter(|b| b.len() <= MAX_BUILD)?;
        Some(Hello { protocol: u32::from_le_bytes(*protocol), build: build.to_owned() })
    }

    /// The line to be shown if the two cannot talk; `self` asks, `other` compiles.
    pub fn mismatch(&self, other: &Hello) -> Option<String> {
        (self != other).then(|| {
            format!(
                "the compiler is another build: this is {} (protocol {}), the compiler is {} \
                 (protocol {})",
                self.build, self.protocol, other.build, other.protocol
            )
        })
    }
}

named_enum! {
    /// What is wanted of a unit.
    pub enum Output {
        /// Object code.
        Object = "object",
        /// The text of Cranelift's IR.
        Clif = "clif",
    }
}

/// One unit to be compiled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Comes back in the answer.
    pub id: u64,
    /// What is wanted.
    pub output: Output,
    /// The machine.
    pub target: Target,
    /// How hard to try.
    pub opt_level: OptLevel,
    /// The unit's canonical bytes.
    pub unit: Vec<u8>,
}

/// The answer to a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// What was wanted.
    Done {
        /// The request's.
        id: u64,
        /// Object code or text.
        bytes: Vec<u8>,
    },
    /// It was not possible.
    Failed {
        /// The request's, if it could be read.
        id: Option<u64>,
        /// What kind of failure.
        kind: ErrorKind,
        /// For people.
        text: String,
    },
}

named_enum! {
    /// Kinds of failure.
    pub enum ErrorKind {
        /// The frame is too large, or is not a request.
        Frame = "frame",
        /// The handshake is missing, or the versions differ.
        Version = "version",
        /// The unit does not decode or breaks a rule.
        Unit = "unit",
        /// The machine is not supported.
        Target = "target",
        /// The code generator failed.
        Codegen = "codegen",
    }
}

/// Why there is no frame.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// The other side is gone, at the end of a frame.
    #[error("the conversation has ended")]
    End,
    /// The frame is larger than [`MAX_FRAME`]; it has been skipped.
    #[error("a frame of {0} bytes is above the limit")]
    TooLarge(u64),
    /// The payload is not what was sent; the next frame can be read.
    #[error("a frame of {0} bytes is damaged")]
    Damaged(u64),
    /// These bytes are not the head of a frame: no frame can be read any more.
    #[error("what should be a frame is none")]
    Lost,
    /// The other side is gone in the middle of a frame, or the pipe is broken.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Bytes of a frame's head.
const HEAD: usize = 12;

/// The head of a frame.
fn head(length: u32, check: u32) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    head[..4].copy_from_slice(&length.to_le_bytes());
    head[4..8].copy_from_slice(&check.to_le_bytes());
    let own = crc32c::crc32c(&head[..8]);
    head[8..].copy_from_slice(&own.to_le_bytes());
    head
}

/// Writes a frame.
///
/// # Errors
/// If it is too large or the pipe is broken.
pub fn write_frame(to: &mut impl Write, payload: &[u8]) -> Result<(), FrameError> {
    if payload.len() > MAX_FRAME {
        return Err(FrameError::TooLarge(payload.len() as u64));
    }
    to.write_all(&head(payload.len() as u32, crc32c::crc32c(payload)))?;
    to.write_all(payload)?;
    to.flush()?;
    Ok(())
}

/// Reads a frame's payload. Memory is used as bytes arrive, not as the length promises.
///
/// # Errors
/// See [`FrameError`]; after `TooLarge` and `Damaged` the next frame can be read.
pub fn read_frame(from: &mut impl Read) -> Result<Vec<u8>, FrameError> {
    let mut bytes = [0; HEAD];
    let mut got = 0;
    while got < HEAD {
        match from.read(&mut bytes[got..]) {
            Ok(0) if got == 0 => return Err(FrameError::End),
            Ok(0) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
            Ok(n) => got += n,
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e.into()),
        }
    }
    let word = |at: usize| u32::from_le_bytes([0, 1, 2, 3].map(|i| bytes[at + i]));
    let (length, check) = (word(0), word(4));
    if bytes != head(length, check) {
        return Err(FrameError::Lost);
    }
    let length = u64::from(length);
    if length > MAX_FRAME as u64 {
        io::copy(&mut from.take(length), &mut io::sink())?;
        return Err(FrameError::TooLarge(length));
    }
    let mut payload = vec![];
    from.take(length).read_to_end(&mut payload)?;
    if (payload.len() as u64) < length {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    if crc32c::crc32c(&payload) != check {
        return Err(FrameError::Damaged(length));
    }
    Ok(payload)
}

/// The payload of a message.
pub fn encode<T: Serialize>(message: &T) -> Vec<u8> {
    // Plain data into a growing buffer: there is nothing that could fail.
    postcard::to_stdvec(message).unwrap_or_default()
}

/// Reads a payload; `None` if it is malformed or something follows.
pub fn decode<T: DeserializeOwned>(payload: &[u8]) -> Option<T> {
    let (message, rest) = postcard::take_from_bytes(payload).ok()?;
    rest.is_empty().then_some(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_survive_and_limits_hold() {
        let mut pipe = vec![];
        write_frame(&mut pipe, b"one").unwrap();
        write_frame(&mut pipe, b"two").unwrap();
        pipe[2 * HEAD + 4] ^= 1;
        let whole = pipe.len();
        pipe.extend_from_slice(&head(u32::MAX, 0));
        pipe.extend_from_slice(b"not enough");
        let mut from = pipe.as_slice();
        assert_eq!(read_frame(&mut from).unwrap(), b"one");
        assert!(matches!(read_frame(&mut from), Err(FrameError::Damaged(3))));
        assert!(matches!(read_frame(&mut from), Err(FrameError::TooLarge(0xffff_ffff))));
        assert!(matches!(read_frame(&mut from), Err(FrameError::End)));
        let mut cut = &pipe[..HEAD + 2];
        assert!(matches!(read_frame(&mut cut), Err(FrameError::Io(_))));
        assert!(matches!(read_frame(&mut &pipe[..2]), Err(FrameError::Io(_))));
        // Out of step by any number of bytes.
        for at in 1..HEAD {
            assert!(matches!(read_frame(&mut &pipe[at..whole]), Err(FrameError::Lost)), "{at}");
        }
    }

    #[test]
    fn hello_names_both_builds() {
        let own = Hello::own();
        assert_eq!(Hello::decode(&own.encode()), Some(own.clone()));
        assert_eq!(own.mismatch(&own), None);
        let other = Hello { protocol: 9, build: "0.0.1-other".into() };
        let line = own.mismatch(&other).unwrap();
        assert!(line.contains(BUILD_ID) && line.contains("0.0.1-other") && !line.contains('\n'));
        assert_eq!(Hello::decode(b"PKGCOMP"), None);
        assert_eq!(Hello::decode(b"GET / HTTP/1.1"), None);
    }
}
