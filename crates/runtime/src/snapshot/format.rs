//! What a heap snapshot consists of.

use serde::{Deserialize, Serialize};

/// The whole snapshot.
pub struct Heap {
    /// The objects, for mapping copy-on-write at [`HeapIndex::address`].
    pub bytes: Vec<u8>,
    /// What the loader must know, small.
    pub index: HeapIndex,
    /// Offsets of all words that hold addresses inside this image, ascending; read only when the
    /// image is not mapped at its preferred address.
    pub relocations: Vec<u32>,
}

/// What the loader reads at once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeapIndex {
    /// Where the bytes expect to be mapped.
    pub address: u64,
    /// Number of bytes.
    pub size: u64,
    /// The images that are referred to, by id, in the order of the numbers in `imports`.
    pub images: Vec<ImageSlot>,
    /// For each referred-to image: the words that hold addresses in it.
    pub imports: Vec<Vec<u32>>,
    /// Base only: the runtime's table of known objects, as offsets plus one (zero for none).
    pub known: Vec<u64>,
    /// Number of symbols in Base's symbol table.
    pub symbol_count: u64,
    /// Symbols of a package image: offset, and the words that refer to it.
    pub symbols: Vec<(u32, Vec<u32>)>,
    /// Symbols that begin with the name of a folder: offset, and the words that refer to it.
    pub path_symbols: Vec<(u32, Vec<u32>)>,
    /// The same of strings.
    pub path_strings: Vec<(u32, Vec<u32>)>,
    /// Hash tables with such a string among their keys.
    pub rehashed: Vec<u32>,
    /// Types whose name belongs to another image: offset, and the words that refer to it (its own
    /// header's users included), in an order in which parameters come first.
    pub types: Vec<SharedType>,
    /// The roots that the caller gave, as offsets.
    pub roots: Vec<(RootKind, u32)>,
    /// Methods that are added to tables of other images, as offsets.
    pub methods: Vec<u32>,
    /// What they change in the images that are referred to; it is nothing that is not listed.
    pub changes: Vec<ChangeBy>,
    /// Specializations of methods of other images.
    pub instances: Vec<SharedInstance>,
    /// Code instances whose entry addresses the loader fills in, as offsets, in the order in which
    /// they were given.
    pub code_instances: Vec<u32>,
    /// World counter when the snapshot was taken (Base), or the number of worlds it adds.
    pub world: u64,
    /// Ordinals of made-up names per module (offset).
    pub ordinals: Vec<OrdinalsOf>,
    /// Identity numbers: (offset, number).
    pub identities: Vec<(u32, u64)>,
    /// Modules with an `__init__` to run, in order, as offsets.
    pub initializers: Vec<u32>,
}

/// A type of another image's type name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedType {
    /// Its offset.
    pub offset: u32,
    /// Words that refer to it, headers included.
    pub words: Vec<u32>,
    /// Its singleton instance, if it has one: offset, and the words that refer to it.
    pub instance: Option<(u32, Vec<u32>)>,
}

/// A specialization of another image's method, which other images may hold, too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedInstance {
    /// Its offset.
    pub offset: u32,
    /// Words that refer to it.
    pub words: Vec<u32>,
}

/// What relies on lookups that a method changes, in another image.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeBy {
    /// The method's offset.
    pub method: u32,
    /// The image, by its number in `images`.
    pub image: u32,
    /// Nodes of that image's edge index.
    pub nodes: Vec<u32>,
}

/// Ordinals of one module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrdinalsOf {
    /// The module's offset.
    pub module: u32,
    /// Name form and last ordinal.
    pub ordinals: Vec<(String, u32)>,
}

/// An image that is referred to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageSlot {
    /// Its id: the digest of its contents.
    pub id: [u8; 32],
    /// Where its heap was mapped when this snapshot was made.
    pub address: u64,
    /// Bytes of its heap.
    pub size: u64,
}

/// What a root is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RootKind {
    /// A root module of a package.
    Module,
    /// Anything else that the caller wants back.
    Value,
}

/// Addresses that images prefer: 1 GiB each, chosen by a hash of what the image is of, in a range
/// that neither the system's mappings nor the heap use.
pub fn preferred_address(identity: &[u8]) -> u64 {
    const BASE: u64 = 0x1000_0000_0000;
    const SLOT: u64 = 1 << 30;
    const SLOTS: u64 = 1 << 15;
    BASE + (crate::symbol::hash_text(identity) % SLOTS) * SLOT
}
