//! Heap snapshots: the objects of an image as bytes, and back.
//!
//! [`write`] lays out everything that is reachable from an image's roots and lies in the collected
//! heap; what lies in images mapped before stays there and is referred to. The bytes hold absolute
//! addresses for the image's preferred address, so that a loader that gets it has nothing to
//! relocate. References into another image are offsets valid only for exactly that image (its id is
//! stamped); symbols, types and specializations that two independent images both hold are made one by
//! [`restore`], through a list of the words that refer to each.
//!
//! An image of Base has the runtime's table of known objects as its roots; a package's has its
//! modules and the methods that it added to the tables of others. Of what this process inferred, only
//! the code instances that are asked for are written: they stand last, together, since the loader
//! writes to each of them. Who relies on what is not found through backedges in an image, but
//! through the index of `dispatch::image_edges`.

mod folders;
mod format;
mod restore;
mod write;

pub use folders::Folder;
pub use format::{
    Heap, HeapIndex, ImageSlot, OrdinalsOf, RootKind, SharedInstance, SharedType, preferred_address,
};
pub use restore::{RestoreError, Restored, one_for, restore};
pub use write::{Snapshot, SnapshotError, reached, write};
