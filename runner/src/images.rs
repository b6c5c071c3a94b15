//! Images: mapping one, and bringing its parts to life.
//!
//! What an image consists of is said in [`crate::image_parts`]. An image without parts is one of a package
//! whose top level runs at each load.

use std::cell::RefCell;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};
use pkgimage_image::Digest;
use pkgimage_image::link::TEXT;
use pkgimage_image::mapped::MappedImage;
use pkgimage_ir::{External, LocData};
use pkgimage_package::Uuid;
use pkgimage_package::job::Image;
use pkgimage_runtime as runtime;
use runtime::dispatch::{self, image_edges};
use runtime::gc::RootVec;
use runtime::object::{CodeInstance, Method, MethodInstance, SimpleVector};
use runtime::snapshot::{self, HeapIndex, ImageSlot, Restored, RootKind};
use runtime::value::{Gc, Value};
use runtime::world;

use crate::image_parts::{Content, EDGES, HEAP, PARTS, Part, REFERENTS, SOURCES, WANTED};
use crate::{jit, packages, report};

thread_local! {
    static STATE: RefCell<State> = const { RefCell::new(State::new()) };
}

/// A part of an image: the image's id, and which part of it.
pub type PartId = (Digest, u32);

struct State {
    /// The parts that live, and where their heaps are.
    living: Vec<(PartId, Range<u64>)>,
    /// The heaps that are mapped, in load order, and whose they are.
    heaps: Vec<(ImageSlot, Uuid)>,
    /// All images that are mapped, and their files: they stay for as long as the process lives.
    images: Vec<(&'static MappedImage, PathBuf)>,
    /// The commons image, until a package is loaded.
    commons: Option<Image>,
    /// Parts of it that wait for their packages.
    waiting: Vec<(PartId, &'static MappedImage, Part)>,
    /// Specializations that code of images calls and that had no code when it was loaded.
    callees: Option<RootVec>,
}

impl State {
    const fn new() -> State {
        State {
            living: Vec::new(),
            heaps: Vec::new(),
            images: Vec::new(),
            commons: None,
            waiting: Vec::new(),
            callees: None,
        }
    }

    /// The image that an address lies in.
    fn home(&self, address: u64) -> Option<&(&'static MappedImage, PathBuf)> {
        self.images.iter().find(|(image, _)| image.range().contains(&address))
    }
}

/// The heaps that are mapped, in load order.
pub fn mapped() -> Vec<ImageSlot> {
    STATE.with_borrow(|state| state.heaps.iter().map(|(slot, _)| slot.clone()).collect())
}

/// Those of certain packages; the uuid of Base is nil.
pub fn mapped_of(wanted: impl Fn(&Uuid) -> bool) -> Vec<ImageSlot> {
    STATE.with_borrow(|state| {
        let heaps = state.heaps.iter().filter(|(_, uuid)| wanted(uuid));
        heaps.map(|(slot, _)| slot.clone()).collect()
    })
}

/// The part of an image in whose heap an address lies, and how far into that.
pub fn part_at(address: usize) -> Option<(PartId, u32)> {
    let address = address as u64;
    STATE.with_borrow(|state| {
        let (part, range) = state.living.iter().find(|(_, range)| range.contains(&address))?;
        Some((*part, (address - range.start) as u32))
    })
}

/// Where the heap of a part is; none if that does not live, or its code cannot be used.
pub fn heap_of(part: PartId) -> Option<usize> {
    STATE.with_borrow(|state| {
        let (_, range) = state.living.iter().find(|(living, _)| *living == part)?;
        Some(range.start as usize)
    })
}

/// The package in whose image an address lies.
pub fn package_at(address: usize) -> Option<Uuid> {
    let address = address as u64;
    STATE.with_borrow(|state| {
        let within = |slot: &ImageSlot| (slot.address..slot.address + slot.size).contains(&address);
        let found = state.heaps.iter().find(|(slot, _)| within(slot));
        found.map(|(_, uuid)| *uuid).filter(|uuid| !uuid.is_nil())
    })
}

/// Whether an address lies in Base's image.
pub fn is_in_base(address: usize) -> bool {
    let address = address as u64;
    STATE.with_borrow(|state| {
        let base = state.heaps.iter().filter(|(_, uuid)| uuid.is_nil());
        base.into_iter()
            .any(|(slot, _)| (slot.address..slot.address + slot.size).contains(&address))
    })
}

/// Changes what a slot of an image holds, given the slot's address; false if there is no such slot.
pub fn set_slot(slot: u64, address: u64) -> bool {
    STATE.with_borrow(|state| {
        let home = state.images.iter().find(|(image, _)| image.slot_words().contains(&slot));
        home.is_some_and(|(image, _)| {
            image.set_slot(((slot - image.slot_words().start) / 8) as u32, address)
        })
    })
}

/// Where the function of an image begins that has code at an address, and the places in the source there,
/// innermost first.
pub fn place(address: u64) -> Option<(u64, Vec<LocData>)> {
    STATE.with_borrow(|state| {
        let (home, _) = state.home(address)?;
        home.place(address).map(|place| (place.start, place.locs))
    })
}

/// The file of the image that has code at an address, and the size of the unit there.
pub fn home_of(address: u64) -> Option<(PathBuf, u64)> {
    STATE.with_borrow(|state| {
        let (home, path) = state.home(address)?;
        Some((path.clone(), home.unit_size(address)?.into()))
    })
}

/// An image in memory whose parts have not been brought to life yet.
pub struct Opened {
    image: &'static MappedImage,
    id: Digest,
    parts: Vec<Part>,
}

impl Opened {
    /// The ids of the images that its heap refers to and that are not mapped yet.
    pub fn needed(&self) -> Vec<Digest> {
        self.parts.iter().flat_map(missing).collect()
    }

    /// Whether it has a heap: else its top level runs again.
    pub fn has_heap(&self) -> bool {
        !self.parts.is_empty()
    }
}

/// The images that a part refers to and that are not mapped.
fn missing(part: &Part) -> Vec<Digest> {
    let index = &part.heap;
    let known = mapped();
    let used = index.images.iter().zip(&index.imports).filter(|(_, words)| !words.is_empty());
    used.map(|(slot, _)| slot.id)
        .filter(|id| known.iter().all(|slot| slot.id != *id))
        .map(Digest)
        .collect()
}

/// Opens an image: maps it and reads its table of parts.
pub fn open(image: &Image) -> Result<Opened> {
    let mapped = map(image)?;
    let parts: Vec<Part> = match mapped.section(PARTS) {
        Some(bytes) => postcard::from_bytes(bytes)
            .map_err(|_| anyhow!("the table of parts of {} is damaged", image.path.display()))?,
        None => Vec::new(),
    };
    Ok(Opened { image: mapped, id: image.id, parts })
}

/// Maps an image.
pub fn map(image: &Image) -> Result<&'static MappedImage> {
    let mapped = MappedImage::open(&image.path)
        .with_context(|| format!("cannot map {}", image.path.display()))?;
    report::change(|report| {
        report.stats.images_loaded += 1;
        report.stats.bytes_mapped += mapped.bytes_mapped();
        report.stats.relocations += mapped.relocations() as u64;
    });
    // Objects and code refer to it from now on.
    let mapped: &'static MappedImage = Box::leak(Box::new(mapped));
    STATE.with_borrow_mut(|state| state.images.push((mapped, image.path.clone())));
    Ok(mapped)
}

/// Brings the image of a package (or of Base, whose uuid is nil) to life; what it refers to is mapped
/// already.
pub fn restore(opened: Opened, package: Uuid) -> Result<Restored> {
    let Opened { image, id, mut parts } = opened;
    let [part] = parts.as_mut_slice() else { bail!("the image has no heap") };
    let restored = bring_to_life(image, part)?;
    let slot = ImageSlot { id: id.0, address: part.heap.address, size: part.heap.size };
    STATE.with_borrow_mut(|state| state.heaps.push((slot, package)));
    attach(image, part, &restored)?;
    live((id, 0), &part.heap);
    Ok(restored)
}

/// Maps Base's image and brings it to life.
pub fn load_base(image: &Image) -> Result<()> {
    let opened = open(image)?;
    if opened.parts.first().is_none_or(|part| part.heap.known.is_empty()) {
        bail!("{} is no image of Base", image.path.display());
    }
    restore(opened, Uuid::nil()).map(|_| ())
}

/// Takes the commons image. It is mapped when a package is loaded: a program without any does not pay for
/// it.
pub fn take_commons(image: &Image) {
    STATE.with_borrow_mut(|state| state.commons = Some(image.clone()));
}

/// Brings those parts of the commons image to life whose packages are all loaded now.
pub fn restore_commons(is_loaded: impl Fn(&Uuid) -> bool) {
    if let Some(commons) = STATE.with_borrow_mut(|state| state.commons.take()) {
        match open(&commons) {
            Ok(Opened { image, id, parts }) => {
                let parts = (0..).zip(parts).map(|(number, part)| ((id, number), image, part));
                STATE.with_borrow_mut(|state| state.waiting.extend(parts));
            }
            Err(error) => {
                report::warn(format!("going on without the commons image: {error:#}"));
            }
        }
    }
    let ready = STATE.with_borrow_mut(|state| {
        let waiting = std::mem::take(&mut state.waiting);
        let (ready, waiting) =
            waiting.into_iter().partition(|(_, _, part)| part.packages.iter().all(&is_loaded));
        state.waiting = waiting;
        let ready: Vec<(PartId, &'static MappedImage, Part)> = ready;
        ready
    });
    for (id, image, mut part) in ready {
        // A part that was made with other images is of no use; whoever judged the stamp has said so.
        if !missing(&part).is_empty() {
            continue;
        }
        let done = bring_to_life(image, &mut part).and_then(|restored| {
            attach(image, &part, &restored)?;
            live(id, &part.heap);
            Ok(())
        });
        if let Err(error) = done {
            report::warn(format!("going on without a part of the commons image: {error:#}"));
        }
    }
}

/// The specializations that the code of the loaded images calls and that no image holds, in load order.
pub fn callees_without_code() -> Vec<Gc<MethodInstance>> {
    STATE.with_borrow(|state| {
        state.callees.as_ref().map_or(Vec::new(), |list| {
            list.as_slice().iter().map(|instance| instance.cast_unchecked()).collect()
        })
    })
}

/// What the sources of the packages whose images are mapped want code for, where others hold it.
pub fn wanted() -> Vec<String> {
    STATE.with_borrow(|state| {
        let lists = state.images.iter().filter_map(|(image, _)| image.section(WANTED));
        let lists = lists.filter_map(|bytes| postcard::from_bytes::<Vec<String>>(bytes).ok());
        lists.flatten().collect()
    })
}

/// The texts that a package was evaluated from whose image is mapped from this file, by their paths in its folder.
pub fn sources(path: &Path) -> Vec<(String, String)> {
    STATE
        .with_borrow(|state| {
            let (image, _) = state.images.iter().find(|(_, mapped)| mapped == path)?;
            postcard::from_bytes(image.section(SOURCES)?).ok()
        })
        .unwrap_or_default()
}

/// Notes that the heap and the code of a part are there.
fn live(part: PartId, heap: &HeapIndex) {
    let range = heap.address..heap.address + heap.size;
    STATE.with_borrow_mut(|state| state.living.push((part, range)));
}

/// Brings the heap of a part to life, whose index says then where it is mapped.
fn bring_to_life(image: &'static MappedImage, part: &mut Part) -> Result<Restored> {
    let range = image.section_range(HEAP).context("the image has no heap")?;
    // Whoever mapped the image has corrected the words that hold its own addresses.
    let moved = image.base().wrapping_sub(image.preferred_base());
    let address = part.heap.address.wrapping_add(moved);
    let within = address >= range.start
        && address.checked_add(part.heap.size).is_some_and(|end| end <= range.end);
    if !within {
        bail!("the image's heap is shorter than its table says");
    }
    part.heap.address = address;
    let known = mapped();
    let address_of =
        |id: &[u8; 32]| known.iter().find(|slot| slot.id == *id).map(|slot| slot.address);
    let folders = packages::folders();
    // SAFETY: the sections come from one image, whose seal was verified when it was put into the
    // store; `image_writer` wrote them from one snapshot.
    let restored =
        unsafe { snapshot::restore(address as usize, &part.heap, Vec::new, address_of, &folders) }?;
    report::change(|report| report.stats.relocations += restored.relocations);
    Ok(restored)
}

/// Makes the code of a part usable: fills its slots, gives its code instances their entries, and takes its
/// edges.
fn attach(image: &'static MappedImage, part: &Part, restored: &Restored) -> Result<()> {
    // Code that only leaves a call to the interpreter is no code instance's, and has slots all the same.
    if !jit::uses_code() || part.entries.is_empty() && part.slots.is_empty() {
        return Ok(());
    }
    let mut values = restored.roots.iter().filter(|(kind, _)| *kind == RootKind::Value);
    let lists = values.next().and_then(|(_, lists)| lists.cast::<SimpleVector>());
    let lists = lists.context("the image has no lists of referents and edges")?;
    let vector = |which: usize| -> Result<Gc<SimpleVector>> {
        let value = lists.get(which).with_context(|| format!("the image has no list {which}"))?;
        value.cast::<SimpleVector>().with_context(|| format!("the image's list {which} is none"))
    };
    let referents = vector(REFERENTS)?;
    let edges = vector(EDGES)?;
    let text = image.section_range(TEXT).context("the image has no code")?;
    if restored.code_instances.len() != part.entries.len() {
        bail!("the image's code and heap do not match");
    }
    for &(slot, content) in &part.slots {
        if image.slot(slot) == Some(0) {
            let address = slot_content(image, slot, content, referents)?;
            image.set_slot(slot, address);
        }
    }
    let world = world::current();
    for (code, entries) in restored.code_instances.iter().zip(&part.entries) {
        let address = |offset: u32| text.start as usize + offset as usize;
        code.min_world.set(world);
        code.flags.set(code.flags.get() | jit::FROM_IMAGE);
        code.specialized.set(address(entries.specialized));
        code.invoke.set(address(entries.generic));
    }
    let own = image.range();
    let own = own.start as usize..own.end as usize;
    image_edges::adopt(edges, &unseen_by(image, part), own);
    report::change(|report| report.stats.from_image += part.entries.len() as u64);
    Ok(())
}

/// The methods of this process that a part was made without, of those in tables of images.
fn unseen_by(image: &'static MappedImage, part: &Part) -> Vec<Gc<Method>> {
    let own = image.range();
    let mut seen: Vec<Range<u64>> = vec![own];
    for slot in mapped() {
        if part.made_with.contains(&Digest(slot.id)) {
            seen.push(slot.address..slot.address + slot.size);
        }
    }
    let is_seen = |method: &Gc<Method>| {
        let address = method.address() as u64;
        seen.iter().any(|range| range.contains(&address))
    };
    let added = dispatch::added_to_images().into_iter();
    added.filter(|method| method.deleted_world.get() == u64::MAX && !is_seen(method)).collect()
}

/// What goes into a slot.
fn slot_content(
    image: &'static MappedImage,
    slot: u32,
    content: Content,
    referents: Gc<SimpleVector>,
) -> Result<u64> {
    let referent = |at: u32| -> Result<Value> {
        referents.get(at as usize).context("the image's referents and slots do not match")
    };
    let external = || image.external(slot).context("the image's externals and slots do not match");
    match content {
        Content::Object(at) => Ok(referent(at)?.address() as u64),
        Content::Named => jit::named(&external()?).map_err(|reason| anyhow!(reason)),
        Content::Callee(at) => {
            let referent = referent(at)?;
            let instance = match referent.cast::<CodeInstance>() {
                Some(code) if code.specialized.get() != 0 && code.max_world.get() == u64::MAX => {
                    return Ok(code.specialized.get() as u64);
                }
                Some(code) => code.def.get(),
                None => {
                    referent.cast::<MethodInstance>().context("a callee is no specialization")?
                }
            };
            let External::Specialization { abi, .. } = external()? else {
                bail!("a callee has no calling convention");
            };
            STATE.with_borrow_mut(|state| {
                state.callees.get_or_insert_with(RootVec::new).push(instance.value());
            });
            let word = image.slot_words().start + 8 * u64::from(slot);
            let callee = jit::image_callee(instance, &abi, word).map_err(|reason| anyhow!(reason));
            callee.map(|(address, _)| address)
        }
    }
}
