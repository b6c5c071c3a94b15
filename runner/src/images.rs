//! Images: mapping one and bringing its heap to life, and writing one from the present heap.
//!
//! Besides code and stamp an image has two sections of the runner's: the heap, and the heap's index
//! in `postcard`. An image without them (its package's top level runs at each load) is code alone.

use std::cell::RefCell;
use std::path::Path;

use anyhow::{Context, Result, bail};
use pkgimage_image::link::{Blob, HEAP_OFFSET, ImageBuilder, Place};
use pkgimage_image::mapped::MappedImage;
use pkgimage_image::stamp::{SECTION, Stamp};
use pkgimage_image::store::write_file;
use pkgimage_image::{Digest, seal};
use pkgimage_package::job::Image;
use pkgimage_runtime::object::{Method, Module};
use pkgimage_runtime::snapshot::{
    self, HeapIndex, ImageSlot, Restored, RootKind, Snapshot, preferred_address,
};
use pkgimage_runtime::value::{Gc, Value};

use crate::report;

/// The section of the heap.
pub const HEAP: &str = ".pkgimage.heap";
/// The section of the heap's index.
pub const HEAP_INDEX: &str = ".pkgimage.heap_index";

thread_local! {
    /// The heaps that are mapped, in load order.
    static MAPPED: RefCell<Vec<ImageSlot>> = const { RefCell::new(Vec::new()) };
}

/// The heaps that are mapped, in load order.
pub fn mapped() -> Vec<ImageSlot> {
    MAPPED.with_borrow(Clone::clone)
}

/// An image in memory whose heap has not been brought to life yet.
pub struct Opened {
    image: MappedImage,
    id: Digest,
    index: Option<HeapIndex>,
}

impl Opened {
    /// The ids of the images that its heap refers to and that are not mapped yet.
    pub fn needed(&self) -> Vec<Digest> {
        let Some(index) = &self.index else { return Vec::new() };
        let known = mapped();
        let used = index.images.iter().zip(&index.imports).filter(|(_, words)| !words.is_empty());
        used.map(|(slot, _)| slot.id)
            .filter(|id| known.iter().all(|slot| slot.id != *id))
            .map(Digest)
            .collect()
    }

    /// Whether it has a heap: else its top level runs again.
    pub fn has_heap(&self) -> bool {
        self.index.is_some()
    }
}

/// Maps an image.
pub fn open(image: &Image) -> Result<Opened> {
    let shown = image.path.display();
    let mapped = MappedImage::open(&image.path).with_context(|| format!("cannot map {shown}"))?;
    let index = match mapped.section(HEAP_INDEX) {
        Some(bytes) => {
            let index = postcard::from_bytes(bytes)
                .map_err(|_| anyhow::anyhow!("the heap index of {shown} is damaged"))?;
            Some(index)
        }
        None => None,
    };
    report::change(|report| {
        report.stats.images_loaded += 1;
        report.stats.bytes_mapped += mapped.bytes_mapped();
        report.stats.relocations += mapped.relocations() as u64;
    });
    Ok(Opened { image: mapped, id: image.id, index })
}

/// Brings the heap of an image to life; what it refers to is mapped already. The image stays mapped
/// for as long as the process lives.
pub fn restore(opened: Opened) -> Result<Restored> {
    let Opened { image, id, index } = opened;
    let (Some(index), Some(range)) = (index, image.section_range(HEAP)) else {
        bail!("the image has no heap");
    };
    if range.end - range.start < index.size {
        bail!("the image's heap is shorter than its index says");
    }
    // Whoever mapped the image has corrected the words that hold its own addresses.
    let index = HeapIndex { address: range.start, ..index };
    let known = mapped();
    let address_of =
        |id: &[u8; 32]| known.iter().find(|slot| slot.id == *id).map(|slot| slot.address);
    // SAFETY: the sections come from one image, whose seal was verified when it was put into the
    // store; `images::write` wrote them from one snapshot.
    let restored =
        unsafe { snapshot::restore(range.start as usize, &index, Vec::new, address_of) }?;
    report::change(|report| report.stats.relocations += restored.relocations);
    MAPPED.with_borrow_mut(|list| {
        list.push(ImageSlot { id: id.0, address: range.start, size: index.size });
    });
    // Objects and code refer to it from now on.
    std::mem::forget(image);
    Ok(restored)
}

/// Maps an image and brings its heap to life.
pub fn load(image: &Image, base: bool) -> Result<Restored> {
    let opened = open(image)?;
    if base != opened.index.as_ref().is_some_and(|index| !index.known.is_empty()) {
        bail!("{} is not an image of that kind", image.path.display());
    }
    restore(opened)
}

/// What goes into an image besides its stamp.
#[derive(Default)]
pub struct Contents {
    /// Where it would like to be mapped; zero for anywhere.
    identity: Vec<u8>,
    heap: Option<snapshot::Heap>,
}

/// What an image of Base holds.
pub fn base_contents() -> Result<Contents> {
    let identity = b"Base".to_vec();
    let heap = snapshot::write(&Snapshot {
        address: preferred_address(&identity) + HEAP_OFFSET,
        is_base: true,
        roots: &[],
        methods: &[],
        specializations: &[],
        images: &[],
        initializers: &[],
    })?;
    Ok(Contents { identity, heap: Some(heap) })
}

/// What the image of a package holds, whose module has been evaluated in this process.
pub fn package_contents(
    identity: &[u8],
    module: Gc<Module>,
    methods: &[Gc<Method>],
    initializers: &[Gc<Module>],
) -> Result<Contents> {
    let root: (RootKind, Value) = (RootKind::Module, module.value());
    let heap = snapshot::write(&Snapshot {
        address: preferred_address(identity) + HEAP_OFFSET,
        is_base: false,
        roots: &[root],
        methods,
        specializations: &[],
        images: &mapped(),
        initializers,
    })?;
    Ok(Contents { identity: identity.to_vec(), heap: Some(heap) })
}

/// What an image without a heap holds.
pub fn no_contents(identity: &[u8]) -> Contents {
    Contents { identity: identity.to_vec(), heap: None }
}

/// A written image.
pub struct Written {
    /// Its id.
    pub id: Digest,
    /// Bytes of the file.
    pub bytes: u64,
    /// Bytes of its code.
    pub code_bytes: u64,
    /// Bytes of its heap.
    pub heap_bytes: u64,
}

/// Links, seals and writes an image.
pub fn write(stamp: Stamp, contents: Contents, output: &Path) -> Result<Written> {
    let mut builder = ImageBuilder::new(preferred_address(&contents.identity));
    let blob = |name: &str, place, align, bytes| Blob {
        name: name.to_owned(),
        place,
        align,
        bytes,
        words: Vec::new(),
    };
    let mut heap_bytes = 0;
    if let Some(heap) = contents.heap {
        heap_bytes = heap.bytes.len() as u64;
        let index = postcard::to_stdvec(&heap.index).context("the heap's index")?;
        builder.blob(Blob { words: heap.relocations, ..blob(HEAP, Place::Heap, 4096, heap.bytes) });
        builder.blob(blob(HEAP_INDEX, Place::ReadOnly, 16, index));
    }
    builder.blob(blob(SECTION, Place::File, 16, seal::placeholder(&stamp)?));
    let linked = builder.link()?;
    let mut bytes = linked.bytes;
    let id = seal::seal(&mut bytes)?;
    write_file(output, &bytes)
        .with_context(|| format!("cannot write the image {}", output.display()))?;
    let code_bytes = linked.stats.text as u64;
    Ok(Written { id, bytes: bytes.len() as u64, code_bytes, heap_bytes })
}
