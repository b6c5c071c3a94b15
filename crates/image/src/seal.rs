//! The stamp's form in the file, and the seal that shows damage.
//!
//! The content of the section [`SECTION`], all numbers little-endian:
//!
//! | offset | size | what |
//! | --- | --- | --- |
//! | 0 | 8 | [`MAGIC`] |
//! | 8 | 4 | the format's version; the rest is read only if it is ours |
//! | 12 | 4 | length of the encoded stamp |
//! | 16 | 32 | the image's id: digest of the whole file with these 32 bytes zeroed |
//! | 48 | 32 | digest of the encoded stamp |
//! | 80 | … | the stamp (postcard) |
//!
//! The writer reserves [`placeholder`]'s bytes for the section, finishes the file and calls
//! [`seal`]. Readers call [`read`], which looks at the stamp alone, or [`verify`], which reads
//! the whole file; the latter is needed only when the file's size, time or inode differ from
//! those of the last verification.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use object::read::{ReadCache, ReadRef};
use object::{Object, ObjectSection};

use crate::digest::Digest;
use crate::place;
use crate::stamp::{FORMAT, Reason, SECTION, Stamp};

/// The first bytes of the section.
pub const MAGIC: [u8; 8] = *b"PKGIMAGE";
/// The largest stamp that is read: a longer one is damage.
pub const LIMIT: u64 = 16 << 20;

const VERSION_AT: usize = 8;
const LENGTH_AT: usize = 12;
const ID_AT: usize = 16;
const CHECK_AT: usize = 48;
const STAMP_AT: usize = 80;

/// A stamp with the id of the image that carries it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The stamp.
    pub stamp: Stamp,
    /// The image's id: what other images' stamps call it by.
    pub id: Digest,
}

/// The stamp could not be put into the file.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The stamp cannot be encoded.
    #[error("the stamp cannot be encoded: {0}")]
    Encode(#[from] postcard::Error),
    /// The stamp is longer than [`LIMIT`].
    #[error("the stamp is {0} bytes long, at most {LIMIT} are allowed")]
    Long(usize),
    /// The file does not hold the section.
    #[error("the file holds no section {SECTION}")]
    NoSection,
}

/// The content of the section for this stamp, with the id still zero.
///
/// # Errors
/// If the stamp cannot be encoded or is too long.
pub fn placeholder(stamp: &Stamp) -> Result<Vec<u8>, SealError> {
    let body = postcard::to_stdvec(stamp)?;
    let length = u32::try_from(body.len())
        .ok()
        .filter(|length| u64::from(*length) <= LIMIT)
        .ok_or(SealError::Long(body.len()))?;
    let mut bytes = Vec::with_capacity(STAMP_AT + body.len());
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&FORMAT.to_le_bytes());
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&Digest::ZERO.0);
    bytes.extend_from_slice(&Digest::of(&body).0);
    bytes.extend_from_slice(&body);
    Ok(bytes)
}

/// Writes the id into the finished bytes of an image and returns it. Nothing may change in
/// `file` afterwards.
///
/// # Errors
/// If the file holds no stamp section.
pub fn seal(file: &mut [u8]) -> Result<Digest, SealError> {
    let (offset, _) = section(&*file).ok_or(SealError::NoSection)?;
    let start = usize::try_from(offset).ok().and_then(|start| start.checked_add(ID_AT));
    let start = start.ok_or(SealError::NoSection)?;
    let field = start..start.saturating_add(32);
    file.get_mut(field.clone()).ok_or(SealError::NoSection)?.fill(0);
    let id = Digest::of(file);
    file[field].copy_from_slice(&id.0);
    Ok(id)
}

/// Reads the stamp of the image at `path`, and nothing else of the file.
///
/// # Errors
/// [`Reason::Missing`], [`Reason::Untrusted`], [`Reason::Format`] or [`Reason::Corrupted`].
pub fn read(path: &Path) -> Result<Sealed, Reason> {
    let file = open(path)?;
    let cache = ReadCache::new(file);
    let (offset, size) = section(&cache).ok_or_else(foreign)?;
    let bytes = cache.read_bytes_at(offset, size).map_err(|()| damaged("the file is truncated"))?;
    decode(bytes)
}

/// Reads the whole image at `path`, compares its content with its id, and returns the stamp.
///
/// # Errors
/// [`Reason::Missing`], [`Reason::Untrusted`], [`Reason::Format`] or [`Reason::Corrupted`].
pub fn verify(path: &Path) -> Result<Sealed, Reason> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes).map_err(|error| damaged(&error.to_string()))?;
    let (offset, size) = section(&*bytes).ok_or_else(foreign)?;
    let start = usize::try_from(offset).map_err(|_| foreign())?;
    let end = start.saturating_add(size as usize);
    let sealed = decode(bytes.get(start..end).ok_or_else(|| damaged("the file is truncated"))?)?;
    let id_at = start + ID_AT;
    bytes[id_at..id_at + 32].fill(0);
    if Digest::of(&bytes) == sealed.id {
        Ok(sealed)
    } else {
        Err(damaged("its content does not have the digest that it was sealed with"))
    }
}

/// Decodes the content of the section.
///
/// # Errors
/// [`Reason::Format`] or [`Reason::Corrupted`].
pub fn decode(bytes: &[u8]) -> Result<Sealed, Reason> {
    let field = |at: usize, size: usize| {
        bytes.get(at..at + size).ok_or_else(|| damaged("its stamp is truncated"))
    };
    if field(0, 8)? != MAGIC {
        return Err(foreign());
    }
    let number = |at| -> Result<u32, Reason> {
        let mut number = [0; 4];
        number.copy_from_slice(field(at, 4)?);
        Ok(u32::from_le_bytes(number))
    };
    let digest = |at| -> Result<Digest, Reason> {
        let mut digest = [0; 32];
        digest.copy_from_slice(field(at, 32)?);
        Ok(Digest(digest))
    };
    let found = number(VERSION_AT)?;
    if found != FORMAT {
        return Err(Reason::Format { found, expected: FORMAT });
    }
    let body = field(STAMP_AT, number(LENGTH_AT)? as usize)?;
    if Digest::of(body) != digest(CHECK_AT)? {
        return Err(damaged("its stamp does not have the digest that it was sealed with"));
    }
    let stamp = postcard::from_bytes(body).map_err(|error| damaged(&error.to_string()))?;
    Ok(Sealed { stamp, id: digest(ID_AT)? })
}

fn open(path: &Path) -> Result<File, Reason> {
    let file = quietly(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Reason::Missing,
        _ => damaged(&error.to_string()),
    })?;
    let metadata = file.metadata().map_err(|error| damaged(&error.to_string()))?;
    match place::distrust(path, &metadata) {
        Some(why) => Err(Reason::Untrusted { why }),
        None => Ok(file),
    }
}

/// Opens a file so that reading it does not change the time of its last use. Only its owner may.
fn quietly(path: &Path) -> std::io::Result<File> {
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::fs::OpenOptionsExt;
        let opened = File::options().read(true).custom_flags(libc::O_NOATIME).open(path);
        if !opened.as_ref().is_err_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied)
        {
            return opened;
        }
    }
    File::open(path)
}

/// Offset and size of the stamp's section in an ELF file.
fn section<'data>(data: impl ReadRef<'data>) -> Option<(u64, u64)> {
    let file = object::read::elf::ElfFile64::<object::Endianness, _>::parse(data).ok()?;
    file.section_by_name(SECTION)?.file_range().filter(|(_, size)| *size <= LIMIT)
}

fn damaged(what: &str) -> Reason {
    Reason::Corrupted { what: what.to_owned() }
}

fn foreign() -> Reason {
    damaged("it carries no stamp")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inputs::Inputs;
    use crate::stamp::{Kind, Settings, Subject, Target, TopLevel};

    fn stamp() -> Stamp {
        Stamp {
            runtime: Digest::of(b"runner"),
            compiler: Digest::of(b"compiler"),
            target: Target { triple: "x86_64-unknown-linux-gnu".into(), features: vec![] },
            settings: Settings::default(),
            subject: Subject { kind: Kind::Package, name: "Shapes".into(), uuid: [1; 16] },
            inputs: Inputs::before(Digest::ZERO),
            recording: None,
            dependencies: vec![],
            top_level: TopLevel::Snapshot,
        }
    }

    #[test]
    fn every_cut_and_every_flip_of_the_stamp_is_noticed() {
        let bytes = placeholder(&stamp()).unwrap();
        assert_eq!(decode(&bytes).unwrap().stamp, stamp());
        for cut in 0..bytes.len() {
            assert!(matches!(decode(&bytes[..cut]), Err(Reason::Corrupted { .. })), "cut at {cut}");
        }
        for at in 0..bytes.len() {
            if (ID_AT..CHECK_AT).contains(&at) {
                continue; // the id belongs to the whole file: `verify` compares it
            }
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x10;
            assert!(decode(&flipped).is_err(), "byte {at} flipped");
        }
    }

    #[test]
    fn another_format_is_named() {
        let mut bytes = placeholder(&stamp()).unwrap();
        bytes[VERSION_AT] = 9;
        assert_eq!(decode(&bytes), Err(Reason::Format { found: 9, expected: FORMAT }));
    }

    /// Headers can say anything.
    #[test]
    fn a_section_beyond_the_end_is_no_place_for_a_seal() {
        use object::write::{Object, StandardSegment};
        let format = object::BinaryFormat::Elf;
        let (machine, order) = (object::Architecture::X86_64, object::Endianness::Little);
        let mut file = Object::new(format, machine, order);
        let segment = file.segment_name(StandardSegment::Data).to_vec();
        let section = file.add_section(segment, SECTION.into(), object::SectionKind::ReadOnlyData);
        file.append_section_data(section, &placeholder(&stamp()).unwrap(), 8);
        let whole = file.write().unwrap();
        assert!(seal(&mut whole.clone()).is_ok());
        let (offset, _) = super::section(&*whole).unwrap();
        let word = offset.to_le_bytes();
        for at in whole.windows(8).enumerate().filter(|(_, w)| *w == word).map(|(at, _)| at) {
            for offset in [u64::MAX, u64::MAX - 20, whole.len() as u64 - 20] {
                let mut wrong = whole.clone();
                wrong[at..at + 8].copy_from_slice(&offset.to_le_bytes());
                assert!(matches!(seal(&mut wrong), Err(SealError::NoSection)), "{offset}");
            }
        }
    }

    #[test]
    fn files_that_are_not_images() {
        assert_eq!(read(Path::new("/nonexistent/image.so")), Err(Reason::Missing));
        assert_eq!(verify(Path::new("Cargo.toml")), Err(foreign()));
    }
}
