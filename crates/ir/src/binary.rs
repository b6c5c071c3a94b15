//! The canonical bytes of a unit, and their digest.
//!
//! Written by whoever asks for code, read by the compiler process. The digest of these bytes is the
//! unit's name in the store, so nothing may enter them but what the code depends on.

use crate::unit::Unit;

/// First bytes of every encoded unit: a mark and the version of the format.
pub const MAGIC: [u8; 8] = *b"PKGIR\0\x01\0";

/// Why bytes are not a unit.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DecodeError {
    /// The mark or the version is another one.
    #[error("not typed IR of this version")]
    Magic,
    /// The rest does not parse.
    #[error("malformed typed IR: {0}")]
    Malformed(String),
    /// Something follows.
    #[error("{0} bytes after the end of the typed IR")]
    Trailing(usize),
}

/// Digest of a unit's canonical bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UnitDigest(pub [u8; 32]);

impl std::fmt::Display for UnitDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(blake3::Hash::from_bytes(self.0).to_hex().as_str())
    }
}

impl std::fmt::Debug for UnitDigest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// Canonicalizes the unit and gives its bytes.
pub fn encode(unit: &mut Unit) -> Vec<u8> {
    unit.canonicalize();
    encode_as_is(unit)
}

/// The bytes of the unit as it is numbered now.
pub fn encode_as_is(unit: &Unit) -> Vec<u8> {
    // Plain data to a growable buffer: postcard has no way to fail here.
    postcard::to_extend(unit, MAGIC.to_vec()).unwrap_or_default()
}

/// Reads a unit; it still has to be verified.
pub fn decode(bytes: &[u8]) -> Result<Unit, DecodeError> {
    let body = bytes.strip_prefix(&MAGIC).ok_or(DecodeError::Magic)?;
    let (unit, rest) = postcard::take_from_bytes::<Unit>(body)
        .map_err(|e| DecodeError::Malformed(e.to_string()))?;
    if !rest.is_empty() {
        return Err(DecodeError::Trailing(rest.len()));
    }
    Ok(unit)
}

/// The digest of canonical bytes.
pub fn digest(bytes: &[u8]) -> UnitDigest {
    UnitDigest(*blake3::hash(bytes).as_bytes())
}
