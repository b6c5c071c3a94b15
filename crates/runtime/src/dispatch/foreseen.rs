//! What is known beforehand of the methods of an image that is being loaded.
//!
//! A package adds methods to tables of other images, and each of them may change what the code of all images
//! relies on. Which lookups of an image a method changes depends on nothing but the two of them, so the build
//! asks the images that it sees ([`changes`]), and what it was told is kept beside the heap. A load asks only the
//! images that the build did not see.

use std::ops::Range;

use pkgimage_checks::Check;

use super::image_edges;
use super::index::takes_one_of;
use super::method_table_for_signature;
use crate::object::Method;
use crate::value::{Gc, Value};

/// What relies on lookups that a method changes, in one image: the nodes of its edge index.
pub struct Change<'a> {
    /// The addresses of that image.
    pub image: Range<usize>,
    /// The nodes.
    pub nodes: &'a [u32],
}

/// What is known of a method that is being added.
#[derive(Default)]
pub struct Foreseen<'a> {
    /// The addresses of the method's own image: nobody has used the types yet whose names are there.
    pub own: Range<usize>,
    /// The images that the build asked.
    pub asked: &'a [Range<usize>],
    /// What they answered, where it was anything.
    pub changes: Vec<Change<'a>>,
}

impl Foreseen<'_> {
    /// What is known of a method that nobody has seen before.
    pub fn nothing() -> Self {
        Foreseen::default()
    }

    /// Whether a signature takes arguments that no call has had yet.
    pub(super) fn is_of_new_types(&self, signature: Value) -> bool {
        takes_one_of(signature, &self.own)
    }

    /// The nodes in the index at an address of what a method changes; none if nobody has asked there.
    pub(super) fn nodes(&self, index: usize) -> Option<&[u32]> {
        if !self.asked.iter().any(|image| image.contains(&index)) {
            return None;
        }
        if Check::ForeseenChanges.is_left_out() {
            return Some(&[]);
        }
        let change = self.changes.iter().find(|change| change.image.contains(&index));
        Some(change.map_or(&[], |change| change.nodes))
    }
}

/// What relies on lookups that a method changes, in the image at these addresses.
pub fn changes(method: Gc<Method>, image: &Range<usize>) -> Vec<u32> {
    let table = method_table_for_signature(method.signature.get());
    table.map_or(Vec::new(), |table| image_edges::changed_in(image, table, method))
}
