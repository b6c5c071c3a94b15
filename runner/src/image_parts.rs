//! What an image consists of, as its own table says.
//!
//! An image has one *part*, and the commons image one for each set of packages that its code involves: a
//! part is brought to life when the packages of its set are loaded. Each part is a heap snapshot, with
//! a list of two objects of ours among its roots: the *referents*, all objects that the part's code refers
//! to, and the edge index (`runtime::dispatch::image_edges`). The linker's slots are filled from the referents.
//!
//! The table is written by [`crate::image_writer`] and read by [`crate::images`].

use pkgimage_image::Digest;
use pkgimage_package::Uuid;
use pkgimage_runtime::snapshot::HeapIndex;
use serde::{Deserialize, Serialize};

/// The section of the heaps, one after the other.
pub const HEAP: &str = ".pkgimage.heap";
/// The section of the table of parts, in `postcard`.
pub const PARTS: &str = ".pkgimage.parts";

/// The section of what a package's source wants code for that is not its image's to hold: signatures, in
/// `postcard`. The commons image holds it.
pub const WANTED: &str = ".pkgimage.wanted";

/// The section of the texts that a package was evaluated from, by their paths in its folder, in `postcard`: what
/// `recompile` compares with.
pub const SOURCES: &str = ".pkgimage.sources";

/// Where in a part's list the referents are.
pub const REFERENTS: usize = 0;
/// Where the edge index is.
pub const EDGES: usize = 1;

/// A part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The packages that have to be loaded before, sorted; for a package's own image none.
    pub packages: Vec<Uuid>,
    /// The ids of the images that were loaded when it was made: the methods that it was made with are
    /// theirs and its own.
    pub made_with: Vec<Digest>,
    /// Its heap.
    pub heap: HeapIndex,
    /// Where the code of its code instances is, in their order.
    pub entries: Vec<Entries>,
    /// The slots that its code reads, ascending.
    pub slots: Vec<(u32, Content)>,
}

/// Where the code of a code instance is, counted from the start of `.text`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entries {
    /// The specialized entry.
    pub specialized: u32,
    /// The generic entry.
    pub generic: u32,
}

/// What goes into a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// The address of a referent.
    Object(u32),
    /// The specialized entry of a referent, which is a code instance of another image, or a
    /// specialization whose code is wherever it is.
    Callee(u32),
    /// What the external of the slot names: something of the runtime or of C.
    Named,
}
