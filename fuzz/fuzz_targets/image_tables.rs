//! Tables in images that the runner reads: what is no table is refused, and what is one is written as it was.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pkgimage_image::stamp::Stamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

#[allow(dead_code)]
#[path = "../../runner/src/image_parts.rs"]
mod image_parts;
#[allow(dead_code)]
#[path = "../../runner/src/session_image/table.rs"]
mod table;

/// What the tables want of the module of this name.
mod images {
    pub type PartId = (pkgimage_image::Digest, u32);
}

fn read<T: DeserializeOwned + Serialize>(bytes: &[u8]) {
    let Ok(table) = postcard::from_bytes::<T>(bytes) else { return };
    let written = postcard::to_stdvec(&table).expect("it is written");
    let again: T = postcard::from_bytes(&written).expect("it is read again");
    assert_eq!(postcard::to_stdvec(&again).expect("it is written"), written);
}

fuzz_target!(|data: &[u8]| {
    let Some((which, bytes)) = data.split_first() else { return };
    match which % 5 {
        0 => read::<Stamp>(bytes),
        1 => read::<Vec<image_parts::Part>>(bytes),
        2 => read::<Vec<String>>(bytes),
        3 => read::<table::Table>(bytes),
        _ => {
            let _ = pkgimage_runtime::code::Code::from_bytes(bytes);
        }
    }
});
