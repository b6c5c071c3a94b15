//! The build id of a binary: what stamps call the runner and the compiler by.
//!
//! The linker's own build id (an ELF note over the whole output) where there is one, since it
//! is read with a few bytes; else the digest of the file.

use std::fs::File;
use std::io;
use std::path::Path;

use object::Object;
use object::read::ReadCache;

use crate::digest::Digest;

/// The build id of the binary at `path`.
///
/// # Errors
/// If the file cannot be read.
pub fn of(path: &Path) -> io::Result<Digest> {
    let cache = ReadCache::new(File::open(path)?);
    let noted = object::read::elf::ElfFile64::<object::Endianness, _>::parse(&cache)
        .ok()
        .and_then(|file| file.build_id().ok().flatten().map(|id| Digest::of_parts([b"note", id])));
    match noted {
        Some(id) => Ok(id),
        None => Ok(Digest::of_parts([&b"file"[..], &std::fs::read(path)?])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_file_has_one() {
        let own = std::env::current_exe().unwrap();
        assert_eq!(of(&own).unwrap(), of(&own).unwrap());
        assert_ne!(of(&own).unwrap(), of(Path::new("Cargo.toml")).unwrap());
        assert!(of(Path::new("/nonexistent")).is_err());
    }
}
