//! Bringing a mapped snapshot to life.
//!
//! Symbols, types and specializations that another image holds, too, are made one at load. Which of
//! them stays depends on the order in which images are loaded; an image that was written with another order
//! refers to one that did not stay, and is pointed to the one that did.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;

use super::folders::{self, Folder};
use super::format::{ChangeBy, HeapIndex, ImageSlot, RootKind};
use crate::dispatch;
use crate::dispatch::foreseen::{Change, Foreseen};
use crate::egal;
use crate::eval;
use crate::gc::{self, RootVec};
use crate::known;
use crate::object::{
    CodeInstance, DataType, JuliaString, Method, MethodInstance, Module, SimpleVector, Symbol,
};
use crate::symbol;
use crate::types;
use crate::value::{Gc, Value};
use crate::world;

thread_local! {
    /// The objects of mapped images that were made one with others: address to address.
    static REPLACED: RefCell<BTreeMap<usize, usize>> = const { RefCell::new(BTreeMap::new()) };
    /// Strings that were made for images.
    static PATHS: RefCell<Option<RootVec>> = const { RefCell::new(None) };
}

/// Why a mapped snapshot cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// It refers to an image that is not mapped.
    #[error("it needs an image that is not loaded ({0})")]
    MissingImage(String),
    /// Its lists do not fit its bytes.
    #[error("its heap index is damaged")]
    Damaged,
    /// Another runtime build made it.
    #[error("it was made by another build of the runtime")]
    OtherRuntime,
    /// One of its methods cannot be added.
    #[error("one of its methods cannot be added")]
    Method,
}

/// What a restored image consists of.
pub struct Restored {
    /// The roots that were given when it was written.
    pub roots: Vec<(RootKind, Value)>,
    /// Its code instances, in the order in which they were given when it was written.
    pub code_instances: Vec<Gc<CodeInstance>>,
    /// Modules with an `__init__` to run, in order.
    pub initializers: Vec<Gc<Module>>,
    /// Hash tables that `Base.rehash!` has to put in order: paths among their keys have changed.
    pub rehashed: Vec<Value>,
    /// Words that were changed: relocations.
    pub relocations: u64,
}

struct Restore<'a> {
    base: usize,
    index: &'a HeapIndex,
    folders: &'a [Folder],
    changed: u64,
}

/// Restores a snapshot mapped (writable) at `base`. `relocations` is called only if it was not
/// mapped at its preferred address; `image_address` gives where an image it refers to is mapped;
/// `folders` are those of the packages.
///
/// # Safety
/// The bytes at `base` are those that [`super::write`] made together with this index.
pub unsafe fn restore(
    base: usize,
    index: &HeapIndex,
    relocations: impl FnOnce() -> Vec<u32>,
    image_address: impl Fn(&[u8; 32]) -> Option<u64>,
    folders: &[Folder],
) -> Result<Restored, RestoreError> {
    let mut this = Restore { base, index, folders, changed: 0 };
    let mapped = |image: &ImageSlot| {
        let address = image_address(&image.id)? as usize;
        Some(address..address + image.size as usize)
    };
    let images: Vec<Range<usize>> =
        index.images.iter().map(|image| mapped(image).unwrap_or_default()).collect();
    let moved = (base as u64).wrapping_sub(index.address);
    if moved != 0 {
        for at in relocations() {
            this.add_to_word(at, moved)?;
        }
    }
    for (image, words) in index.images.iter().zip(&index.imports) {
        if words.is_empty() {
            continue;
        }
        let Some(address) = image_address(&image.id) else {
            return Err(RestoreError::MissingImage(hex(&image.id)));
        };
        let moved = address.wrapping_sub(image.address);
        if moved != 0 {
            for &at in words {
                this.add_to_word(at, moved)?;
            }
        }
        this.follow(address as usize..(address + image.size) as usize, words)?;
    }
    if index.known.is_empty() {
        this.make_symbols_one()?;
        this.make_paths()?;
        this.make_types_one()?;
        this.make_instances_one()?;
        // Its own functions' methods were made in worlds up to this one.
        world::set_current(world::current().max(index.world));
    } else {
        this.restore_known()?;
    }
    this.rest(&images)
}

/// What an object of a mapped image was made one with; itself, if nothing.
pub fn one_for(object: Value) -> Value {
    let one = REPLACED.with_borrow(|replaced| replaced.get(&object.address()).copied());
    // SAFETY: what objects are made one with are objects that live as long as images.
    one.map_or(object, |address| unsafe { Value::from_raw(address) })
}

fn hex(id: &[u8; 32]) -> String {
    id.iter().take(6).map(|b| format!("{b:02x}")).collect()
}

impl Restore<'_> {
    fn check(&self, at: u32) -> Result<usize, RestoreError> {
        if at as u64 + 8 > self.index.size {
            return Err(RestoreError::Damaged);
        }
        Ok(self.base + at as usize)
    }

    fn add_to_word(&mut self, at: u32, moved: u64) -> Result<(), RestoreError> {
        let address = self.check(at)? as *mut u64;
        // SAFETY: the word lies in the mapping, which is writable.
        unsafe { *address = (*address).wrapping_add(moved) };
        self.changed += 1;
        Ok(())
    }

    fn object<T>(&self, offset: u32) -> Result<Gc<T>, RestoreError> {
        let address = self.check(offset)?;
        // SAFETY: the index lists offsets of objects.
        Ok(unsafe { Value::from_raw(address) }.cast_unchecked())
    }

    /// Points words that refer to objects of a mapped image to what those were made one with.
    fn follow(&mut self, image: Range<usize>, words: &[u32]) -> Result<(), RestoreError> {
        REPLACED.with_borrow(|replaced| {
            if replaced.range(image).next().is_none() {
                return Ok(());
            }
            for &at in words {
                let address = self.check(at)? as *mut usize;
                // SAFETY: the word lies in the mapping.
                let word = unsafe { &mut *address };
                if let Some(&one) = replaced.get(word) {
                    *word = one;
                    self.changed += 1;
                }
            }
            Ok(())
        })
    }

    /// Makes an object of this image one with another: its words point there, and so will those of images
    /// that are loaded later.
    fn replace(&mut self, ours: Value, words: &[u32], one: Value) -> Result<(), RestoreError> {
        REPLACED.with_borrow_mut(|replaced| replaced.insert(ours.address(), one.address()));
        self.point_words_to(words, one)
    }

    fn point_words_to(&mut self, words: &[u32], target: Value) -> Result<(), RestoreError> {
        for &at in words {
            let address = self.check(at)? as *mut usize;
            // SAFETY: the word lies in the mapping and holds a reference of this kind.
            unsafe { *address = target.address() };
            self.changed += 1;
        }
        Ok(())
    }

    fn restore_known(&self) -> Result<(), RestoreError> {
        let list = &self.index.known;
        if list.len() != known::WORDS {
            return Err(RestoreError::OtherRuntime);
        }
        let mut words = [0usize; known::WORDS];
        for (word, &offset) in words.iter_mut().zip(list) {
            if offset == 0 || offset > self.index.size {
                return Err(RestoreError::Damaged);
            }
            *word = self.base + offset as usize - 1;
        }
        // SAFETY: the offsets are those of the known objects, in the order of the table.
        unsafe { known::restore(&words) };
        symbol::restore_count(self.index.symbol_count as usize);
        world::set_current(self.index.world);
        world::set_of_task(self.index.world);
        Ok(())
    }

    fn make_symbols_one(&mut self) -> Result<(), RestoreError> {
        for (offset, words) in &self.index.symbols {
            let ours: Gc<Symbol> = self.object(*offset)?;
            let one = symbol::adopt(ours);
            if one != ours {
                self.replace(ours.value(), words, one.value())?;
            }
        }
        Ok(())
    }

    /// Makes the symbols and strings that are paths.
    fn make_paths(&mut self) -> Result<(), RestoreError> {
        for (offset, words) in &self.index.path_symbols {
            let written: Gc<Symbol> = self.object(*offset)?;
            let path = symbol::symbol(&folders::local(self.folders, written.as_str()));
            self.replace(written.value(), words, path.value())?;
        }
        for (offset, words) in &self.index.path_strings {
            let written: Gc<JuliaString> = self.object(*offset)?;
            let path = JuliaString::new(folders::local(self.folders, &written.text()).as_bytes());
            // Words outside of the heap refer to it from now on.
            PATHS.with_borrow_mut(|paths| {
                paths.get_or_insert_with(RootVec::new).push(path.value());
            });
            self.replace(written.value(), words, path.value())?;
        }
        Ok(())
    }

    fn make_types_one(&mut self) -> Result<(), RestoreError> {
        for shared in &self.index.types {
            let ours: Gc<DataType> = self.object(shared.offset)?;
            let name = ours.name.get();
            match types::lookup_type(name, ours.parameters.get().items()) {
                Some(there) => {
                    self.replace(ours.value(), &shared.words, there.value())?;
                    if let (Some((offset, words)), Some(instance)) =
                        (&shared.instance, there.instance.get())
                    {
                        let ours: Value = self.object::<Symbol>(*offset)?.value();
                        self.replace(ours, words, instance)?;
                    }
                }
                None => types::insert_type(ours),
            }
        }
        Ok(())
    }

    fn make_instances_one(&mut self) -> Result<(), RestoreError> {
        for shared in &self.index.instances {
            let ours: Gc<MethodInstance> = self.object(shared.offset)?;
            let one = dispatch::adopt_specialization(ours).ok_or(RestoreError::Method)?;
            if one != ours {
                self.replace(ours.value(), &shared.words, one.value())?;
            }
        }
        Ok(())
    }

    /// Adds what others look for, given where the images that it refers to are mapped.
    fn rest(self, images: &[Range<usize>]) -> Result<Restored, RestoreError> {
        let index = self.index;
        for list in &index.ordinals {
            eval::adopt_ordinals(self.object(list.module)?, list.ordinals.clone());
        }
        let identities: Vec<(usize, u64)> =
            index.identities.iter().map(|&(o, n)| (self.base + o as usize, n)).collect();
        egal::adopt_identities(&identities);
        let mut foreseen = Foreseen {
            own: self.base..self.base + index.size as usize,
            asked: images,
            changes: Vec::new(),
        };
        let mut changes = index.changes.as_slice();
        for &offset in &index.methods {
            let count = changes.iter().take_while(|change| change.method == offset).count();
            let (own, rest) = changes.split_at(count);
            changes = rest;
            let in_image = |change: &'_ ChangeBy| images.get(change.image as usize).cloned();
            foreseen.changes.clear();
            foreseen.changes.extend(own.iter().filter_map(|change| {
                Some(Change { image: in_image(change)?, nodes: &change.nodes })
            }));
            let method: Gc<Method> = self.object(offset)?;
            let table = dispatch::method_table_for_signature(method.signature.get());
            match table {
                Some(table) => dispatch::add_method_of_image(table, method, &foreseen),
                None => return Err(RestoreError::Method),
            }
        }
        let mut roots = Vec::with_capacity(index.roots.len());
        for &(kind, offset) in &index.roots {
            roots.push((kind, self.object::<SimpleVector>(offset)?.value()));
        }
        let mut code_instances = Vec::with_capacity(index.code_instances.len());
        for &offset in &index.code_instances {
            let code: Gc<CodeInstance> = self.object(offset)?;
            let instance = code.def.get();
            code.next.set(code, instance.cache.get());
            instance.cache.set(instance, Some(code));
            code_instances.push(code);
        }
        let mut initializers = Vec::with_capacity(index.initializers.len());
        for &offset in &index.initializers {
            initializers.push(self.object(offset)?);
        }
        let mut rehashed = Vec::with_capacity(index.rehashed.len());
        for &offset in &index.rehashed {
            rehashed.push(self.object::<SimpleVector>(offset)?.value());
        }
        gc::safepoint();
        Ok(Restored { roots, code_instances, initializers, rehashed, relocations: self.changed })
    }
}
