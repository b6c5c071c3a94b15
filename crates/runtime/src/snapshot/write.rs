//! Laying out and writing a snapshot.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::folders::{self, Folder};
use super::format::{
    ChangeBy, Heap, HeapIndex, ImageSlot, OrdinalsOf, RootKind, SharedInstance, SharedType,
};
use crate::dispatch::foreseen;
use crate::fields;
use crate::foreign::gmp::image as big;
use crate::gc::{self, RootVec};
use crate::known::{self, known};
use crate::layout::Kind;
use crate::object::{
    Array, Binding, Buffer, CodeInstance, DataType, DataTypeFlags, JuliaString, Method,
    MethodInstance, MethodTable, Module, SimpleVector, Symbol, Task,
};
use crate::types::unwrap_unionall;
use crate::value::{Gc, Value};
use crate::{egal, eval, types};

/// What to snapshot.
pub struct Snapshot<'a> {
    /// Where the image prefers to be mapped (its heap, exactly).
    pub address: u64,
    /// Whether this is Base's image: the known objects are roots.
    pub is_base: bool,
    /// Further roots.
    pub roots: &'a [(RootKind, Value)],
    /// Methods added to tables of other images.
    pub methods: &'a [Gc<Method>],
    /// The code instances that this image keeps.
    pub code: &'a [Gc<CodeInstance>],
    /// The images that it may refer to. Symbols, types and specializations of others are copied.
    pub images: &'a [ImageSlot],
    /// Modules with an `__init__`, in order.
    pub initializers: &'a [Gc<Module>],
    /// The folders of packages: paths in them are written with their names.
    pub folders: &'a [Folder],
    /// Objects that cannot outlive the process. If there is such a list, tasks that have not ended are on it, too.
    pub refused: Option<&'a [Value]>,
}

/// Why a snapshot cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// An object lies neither in the heap nor in a known image.
    #[error("it refers to {0}, which lies in no image that may be referred to")]
    Foreign(String),
    /// More than 4 GiB.
    #[error("the heap is too large for an image ({0} bytes)")]
    TooLarge(usize),
    /// A value that cannot outlive the process.
    #[error("{0} cannot be kept in an image")]
    CannotOutlive(String),
}

/// Bytes before the first object, so that no offset is zero.
const HEAD: usize = 16;

struct Writer<'a> {
    request: &'a Snapshot<'a>,
    /// Payload offset of each object, by address.
    offsets: HashMap<usize, u32>,
    order: Vec<Value>,
    /// Objects whose references are still to be followed.
    pending: Vec<Value>,
    size: usize,
    bytes: Vec<u8>,
    relocations: Vec<u32>,
    imports: Vec<Vec<u32>>,
    /// What is written in place of symbols and strings that are paths.
    portable: HashMap<usize, Option<Value>>,
    /// The addresses of these, and the roots that keep them.
    paths: HashSet<usize>,
    kept: RootVec,
    /// Words by the address of the shared object that they refer to.
    shared_words: HashMap<usize, Vec<u32>>,
    error: Option<SnapshotError>,
    /// The type of integers of any size.
    big_int: Option<Gc<DataType>>,
    /// The object that is being copied.
    from: Option<Value>,
}

/// The objects that a snapshot would hold.
pub fn reached(request: &Snapshot) -> Vec<Value> {
    let mut writer = Writer::new(request);
    writer.collect();
    writer.order
}

/// Writes a snapshot.
pub fn write(request: &Snapshot) -> Result<Heap, SnapshotError> {
    if request.is_base {
        types::make_room();
    }
    let mut writer = Writer::new(request);
    writer.collect();
    if let Some(refused) = writer.refused() {
        return Err(SnapshotError::CannotOutlive(refused));
    }
    writer.lay_out();
    if writer.size > u32::MAX as usize {
        return Err(SnapshotError::TooLarge(writer.size));
    }
    writer.bytes = vec![0; writer.size.next_multiple_of(4096)];
    for object in writer.order.clone() {
        writer.copy(object);
    }
    if let Some(error) = writer.error.take() {
        return Err(error);
    }
    Ok(writer.finish())
}

/// Bytes of an object's payload.
pub(super) fn payload_size(object: Value) -> usize {
    let ty = object.datatype();
    let Some(layout) = ty.layout.get() else { return ty.size() };
    match layout.kind {
        Kind::Fields | Kind::WeakRef | Kind::Array => layout.size as usize,
        Kind::String => 8 + object.cast_unchecked::<JuliaString>().len() + 1,
        Kind::Symbol => 16 + object.cast_unchecked::<Symbol>().bytes().len() + 1,
        Kind::SimpleVector => 8 + object.cast_unchecked::<SimpleVector>().len() * 8,
        Kind::Buffer => {
            size_of::<Buffer>()
                + object.cast_unchecked::<Buffer>().len() * layout.element_size as usize
        }
        Kind::Layout => {
            let l = object.cast_unchecked::<crate::layout::Layout>();
            crate::layout::Layout::object_size(l.field_count as usize, l.pointer_count as usize)
        }
    }
}

/// Calls `visit` with the payload offset and target of each reference of an object.
pub(super) fn for_each_reference(object: Value, mut visit: impl FnMut(usize, Value)) {
    let ty = object.datatype();
    let Some(layout) = ty.layout.get() else { return };
    let words = |from: usize, items: &[Option<Value>], visit: &mut dyn FnMut(usize, Value)| {
        for (i, item) in items.iter().enumerate() {
            if let Some(item) = item {
                visit(from + i * 8, *item);
            }
        }
    };
    match layout.kind {
        Kind::Fields => {
            for &word in layout.pointers() {
                let at = word as usize * 8;
                // SAFETY: the descriptor says that a reference or null stands there.
                if let Some(target) = unsafe { object.read_pointer(at) } {
                    visit(at, target);
                }
            }
        }
        Kind::WeakRef => {
            // SAFETY: the one field of a weak reference.
            if let Some(target) = unsafe { object.read_pointer(0) } {
                visit(0, target);
            }
        }
        Kind::SimpleVector => {
            words(8, object.cast_unchecked::<SimpleVector>().raw_items(), &mut visit);
        }
        Kind::Array => {
            if let Some(owner) = object.cast_unchecked::<Array>().owner.get() {
                visit(8, owner);
            }
        }
        Kind::Buffer if layout.element_is_pointer => {
            let buffer = object.cast_unchecked::<Buffer>();
            words(size_of::<Buffer>(), buffer.references(), &mut visit);
        }
        Kind::Buffer | Kind::String | Kind::Symbol | Kind::Layout => {}
    }
}

impl<'a> Writer<'a> {
    fn new(request: &'a Snapshot<'a>) -> Self {
        Writer {
            request,
            offsets: HashMap::new(),
            order: Vec::new(),
            pending: Vec::new(),
            size: HEAD,
            bytes: Vec::new(),
            relocations: Vec::new(),
            imports: vec![Vec::new(); request.images.len()],
            portable: HashMap::new(),
            paths: HashSet::new(),
            kept: RootVec::new(),
            shared_words: HashMap::new(),
            error: None,
            big_int: big::big_int(),
            from: None,
        }
    }
}

impl Writer<'_> {
    fn collect(&mut self) {
        if self.request.is_base {
            for word in known::words() {
                // SAFETY: the table holds references to live objects.
                self.add(unsafe { Value::from_raw(word) });
            }
        }
        for &(_, root) in self.request.roots {
            self.add(root);
        }
        for &method in self.request.methods {
            self.add(method.value());
        }
        for &code in self.request.code {
            self.add(code.value());
        }
        // Breadth first keeps what belongs together close, in an order that depends on the
        // program alone.
        let mut next = 0;
        while next < self.pending.len() {
            let object = self.pending[next];
            next += 1;
            self.add(object.datatype().value());
            for (_, target) in self.kept_of(object) {
                self.add(target);
            }
        }
        self.pending.clear();
    }

    /// What refers to an object that cannot outlive the process, and by which way, if anything does.
    fn refused(&self) -> Option<String> {
        let listed = self.request.refused?;
        let is_running = |object: &Value| object.cast::<Task>().is_some_and(|t| t.state.get() == 0);
        let refused = |object: &&Value| listed.contains(object) || is_running(object);
        let object = *self.order.iter().find(refused)?;
        let name = |object: Value| object.datatype().name.get().name.get().to_string();
        let what = match object.is::<Task>() {
            true => "a task that has not ended".to_owned(),
            false => format!("an open {}", name(object)),
        };
        // Objects were found from near to far: the first that refers to one is on a shortest way.
        let mut found_from: HashMap<usize, Value> = HashMap::new();
        for &from in &self.order {
            for (_, target) in self.kept_of(from) {
                found_from.entry(target.address()).or_insert(from);
            }
        }
        let mut through = Vec::new();
        let mut at = object;
        let binding = loop {
            let Some(&from) = found_from.get(&at.address()) else { break None };
            if let Some(binding) = from.cast::<Binding>() {
                break Some(binding);
            }
            // Who holds an array refers to its memory.
            if !from.is::<Buffer>() {
                through.insert(0, name(from));
            }
            at = from;
            if through.len() > 20 {
                break None;
            }
        };
        let Some(binding) = binding else { return Some(what) };
        let mut path: Vec<String> =
            binding.module.get().path().iter().map(ToString::to_string).collect();
        path.push(binding.name.get().to_string());
        let through = match through.as_slice() {
            [] => String::new(),
            list => format!(" through {}", list.join(", ")),
        };
        Some(format!("{what}, which {} refers to{through},", path.join(".")))
    }

    /// Gives each object its place: code instances last, with their specializations before them.
    fn lay_out(&mut self) {
        let k = known();
        let with_code: HashSet<usize> =
            self.request.code.iter().map(|code| code.def.get().address()).collect();
        let rank = |object: &Value| {
            let is_code = object.datatype() == k.code_instance;
            (is_code, is_code || with_code.contains(&object.address()))
        };
        // Stable: within a group the order of discovery stays.
        self.order.sort_by_key(rank);
        for &object in &self.order {
            // Header, then a payload aligned to 16 bytes.
            let payload = (self.size + 8).next_multiple_of(16);
            let size = match self.is_big_int(object) {
                true => big::size(object),
                false => payload_size(object),
            };
            self.size = payload + size;
            self.offsets.insert(object.address(), payload.min(u32::MAX as usize) as u32);
        }
    }

    /// The object itself, or what is written in its place.
    fn written(&mut self, object: Value) -> Value {
        let k = known();
        let ty = object.datatype();
        if self.request.folders.is_empty() || ty != k.symbol && ty != k.string {
            return object;
        }
        if let Some(known) = self.portable.get(&object.address()) {
            return known.unwrap_or(object);
        }
        let portable = match object.cast::<Symbol>() {
            Some(name) => folders::portable(self.request.folders, name.bytes())
                .map(|text| crate::symbol::symbol(&text).value()),
            None => {
                let text: Gc<JuliaString> = object.cast_unchecked();
                folders::portable(self.request.folders, text.bytes())
                    .map(|text| JuliaString::new(text.as_bytes()).value())
            }
        };
        if let Some(portable) = portable {
            self.kept.push(portable);
            self.paths.insert(portable.address());
        }
        self.portable.insert(object.address(), portable);
        portable.unwrap_or(object)
    }

    fn add(&mut self, object: Value) {
        let object = self.written(object);
        if self.offsets.contains_key(&object.address()) {
            return;
        }
        let copied = gc::is_in_heap(object.address())
            || self.image_of(object.address()).is_none() && self.is_copied(object);
        if !copied {
            return;
        }
        self.offsets.insert(object.address(), 0);
        self.order.push(object);
        self.pending.push(object);
    }

    /// The references of an object that are kept, and where they stand in it. The body that a generator made
    /// is not, if it lies where nothing may refer to: it can be made again.
    fn kept_of(&self, object: Value) -> Vec<(usize, Value)> {
        let mut references = Vec::new();
        let made = (object.cast::<MethodInstance>()).and_then(|instance| instance.uninferred.get());
        for_each_kept(object, |offset, target| {
            let address = target.address();
            let is_out_of_reach = made == Some(target)
                && !gc::is_in_heap(address)
                && self.image_of(address).is_none();
            if !is_out_of_reach {
                references.push((offset, target));
            }
        });
        references
    }

    fn image_of(&self, address: usize) -> Option<usize> {
        self.request
            .images
            .iter()
            .position(|i| (address as u64) >= i.address && (address as u64) < i.address + i.size)
    }

    /// What goes into the word at `at` for a reference to `target`.
    fn word(&mut self, at: usize, target: Value) -> u64 {
        let target = self.written(target);
        if let Some(&offset) = self.offsets.get(&target.address()) {
            if self.is_shared(target) || self.paths.contains(&target.address()) {
                self.shared_words.entry(target.address()).or_default().push(at as u32);
            }
            self.relocations.push(at as u32);
            return self.request.address + offset as u64;
        }
        match self.image_of(target.address()) {
            Some(image) => {
                self.imports[image].push(at as u32);
                target.address() as u64
            }
            None => {
                let what = format!(
                    "{} (of {}, from {})",
                    crate::debug::describe(target),
                    crate::debug::describe(target.datatype().value()),
                    self.from.map_or_else(String::new, crate::debug::describe)
                );
                self.error.get_or_insert(SnapshotError::Foreign(what));
                0
            }
        }
    }

    /// Whether another image may hold an equal object that must be the same one.
    fn is_shared(&self, target: Value) -> bool {
        if self.request.is_base {
            return false;
        }
        let ty = target.datatype();
        let k = known();
        if ty == k.symbol {
            return true;
        }
        if ty == k.datatype {
            return is_shared_type(target.cast_unchecked());
        }
        if ty == k.method_instance {
            return is_shared_instance(target.cast_unchecked());
        }
        ty.instance.get() == Some(target) && is_shared_type(ty)
    }

    /// Whether an object of an image that may not be referred to is copied: what is made one with its
    /// like when images are loaded, what has no identity, and what belongs to types with free variables.
    fn is_copied(&self, object: Value) -> bool {
        let k = known();
        let ty = object.datatype();
        self.is_shared(object)
            || ty == k.string
            || ty == k.simple_vector
            || ty == k.layout
            || ty == k.type_var
            || ty == k.datatype && !object.cast_unchecked::<DataType>().has(DataTypeFlags::CACHED)
            || ty != k.datatype && ty != k.symbol && !ty.is_mutable()
    }

    fn is_big_int(&self, object: Value) -> bool {
        self.big_int == Some(object.datatype())
    }

    /// An integer is written by its value, with its limbs behind it.
    fn copy_big_int(&mut self, at: usize, object: Value) {
        let bytes = big::bytes(object);
        self.bytes[at..at + bytes.len()].copy_from_slice(&bytes);
        let header = self.word(at - 8, object.datatype().value());
        self.put(at - 8, header);
        self.relocations.push((at + big::ADDRESS_AT) as u32);
        self.put(at + big::ADDRESS_AT, self.request.address + (at + big::LIMBS_AT) as u64);
    }

    fn put(&mut self, at: usize, word: u64) {
        self.bytes[at..at + 8].copy_from_slice(&word.to_le_bytes());
    }

    fn copy(&mut self, object: Value) {
        let at = self.offsets[&object.address()] as usize;
        if self.is_big_int(object) {
            self.copy_big_int(at, object);
            return;
        }
        let size = payload_size(object);
        // SAFETY: the payload of a live object has that many bytes.
        let payload = unsafe { std::slice::from_raw_parts(object.payload(), size) };
        self.bytes[at..at + size].copy_from_slice(payload);
        self.from = Some(object);
        let header = self.word(at - 8, object.datatype().value());
        self.put(at - 8, header);
        let mut all = Vec::new();
        for_each_reference(object, |offset, _| all.push(offset));
        for offset in all {
            self.put(at + offset, 0);
        }
        for (offset, target) in self.kept_of(object) {
            let word = self.word(at + offset, target);
            self.put(at + offset, word);
        }
        let ty = object.datatype();
        if let Some(array) = object.cast::<Array>() {
            self.copy_array(at, array);
        } else if ty == known().code_instance {
            // The loader fills these in from the code section.
            let code: Gc<CodeInstance> = object.cast_unchecked();
            for field in [&raw const code.invoke as usize, &raw const code.specialized as usize] {
                self.put(at + (field - object.address()), 0);
            }
            let max_world = &raw const code.max_world as usize - object.address();
            self.put(at + max_world, u64::MAX);
        } else if ty == known().method_instance {
            // Whether it was called is of this process.
            let instance: Gc<MethodInstance> = object.cast_unchecked();
            for field in [&raw const instance.work as usize, &raw const instance.flags as usize] {
                let from = at + (field - object.address());
                self.bytes[from..from + 4].fill(0);
            }
        } else {
            self.clear_pointers(at, ty, 0);
        }
    }

    /// The address of an array's elements lies in its owner.
    fn copy_array(&mut self, at: usize, array: Gc<Array>) {
        let Some(owner) = array.owner.get() else {
            if !array.is_empty() {
                let what = crate::debug::describe(array.value().datatype().value());
                self.error.get_or_insert(SnapshotError::CannotOutlive(format!(
                    "an array over foreign memory ({what})"
                )));
            }
            return;
        };
        let inside = (array.data.get() - owner.address()) as u64;
        let word = match self.offsets.get(&owner.address()) {
            Some(&offset) => {
                self.relocations.push(at as u32);
                self.request.address + offset as u64 + inside
            }
            None => match self.image_of(owner.address()) {
                Some(image) => {
                    self.imports[image].push(at as u32);
                    array.data.get() as u64
                }
                None => 0,
            },
        };
        self.put(at, word);
    }

    /// Raw pointers do not outlive the process: they are nulled, as in Julia.
    fn clear_pointers(&mut self, at: usize, ty: Gc<DataType>, base: usize) {
        let Some(layout) = ty.layout.get().filter(|l| l.kind == Kind::Fields) else { return };
        if ty.name.get() == known().pointer_name {
            self.put(at + base, 0);
            return;
        }
        let Some(types) = ty.types.get() else { return };
        for (i, field) in layout.fields().iter().enumerate() {
            if field.is_pointer {
                continue;
            }
            if let Some(ft) = types.get(i).and_then(|t| t.cast::<DataType>())
                && ft.is_bits()
                && ft.size() >= 8
            {
                self.clear_pointers(at, ft, base + field.offset as usize);
            }
        }
    }

    fn offset(&self, object: Value) -> Option<u32> {
        self.offsets.get(&object.address()).copied()
    }

    fn finish(mut self) -> Heap {
        self.relocations.sort_unstable();
        for list in &mut self.imports {
            list.sort_unstable();
        }
        let request = self.request;
        let mut index = HeapIndex {
            address: request.address,
            size: self.bytes.len() as u64,
            images: request.images.to_vec(),
            imports: std::mem::take(&mut self.imports),
            symbol_count: known().symbol_table.raw_items().iter().flatten().count() as u64,
            world: crate::world::current(),
            ..HeapIndex::default()
        };
        if request.is_base {
            index.known = known::words()
                .iter()
                .map(|w| self.offsets.get(w).map_or(0, |&o| o as u64 + 1))
                .collect();
        } else {
            self.list_shared(&mut index);
            self.list_rehashed(&mut index);
        }
        index.roots = request
            .roots
            .iter()
            .filter_map(|&(kind, root)| Some((kind, self.offset(root)?)))
            .collect();
        for &method in request.methods {
            let Some(offset) = self.offset(method.value()) else { continue };
            index.methods.push(offset);
            for (image, slot) in (0..).zip(&index.images) {
                let range = slot.address as usize..(slot.address + slot.size) as usize;
                let nodes = foreseen::changes(method, &range);
                if !nodes.is_empty() {
                    index.changes.push(ChangeBy { method: offset, image, nodes });
                }
            }
        }
        index.code_instances =
            request.code.iter().filter_map(|code| self.offset(code.value())).collect();
        index.initializers =
            request.initializers.iter().filter_map(|m| self.offset(m.value())).collect();
        for &object in &self.order {
            if object.datatype() == known().module {
                let ordinals = eval::ordinals_of(object.cast_unchecked());
                if let (false, Some(module)) = (ordinals.is_empty(), self.offset(object)) {
                    index.ordinals.push(OrdinalsOf { module, ordinals });
                }
            }
        }
        let mut identities: Vec<(u32, u64)> = egal::identities()
            .into_iter()
            .filter_map(|(address, n)| Some((*self.offsets.get(&address)?, n)))
            .collect();
        identities.sort_unstable();
        index.identities = identities;
        Heap { bytes: self.bytes, index, relocations: self.relocations }
    }

    /// Where a string lies in a `Dict` follows from its hash, and so from where the folder is.
    fn list_rehashed(&self, index: &mut HeapIndex) {
        let dict = known().base_module.cast::<Module>();
        let dict = dict.and_then(|base| base.global("Dict"));
        let Some(dict) = dict.and_then(|dict| unwrap_unionall(dict).cast::<DataType>()) else {
            return;
        };
        for &object in &self.order {
            if object.datatype().name.get() != dict.name.get() {
                continue;
            }
            let field =
                fields::field_index(object.datatype(), crate::symbol::symbol("keys").value());
            let keys = field.and_then(|field| fields::get_nth(object, field));
            let keys = keys.and_then(|keys| keys.cast::<Array>()).and_then(|keys| keys.owner.get());
            let mut has_path = false;
            if let Some(keys) = keys {
                for_each_reference(keys, |_, key| {
                    has_path |= self.portable.get(&key.address()).is_some_and(Option::is_some);
                });
            }
            index.rehashed.extend(self.offset(object).filter(|_| has_path));
        }
    }

    fn list_shared(&mut self, index: &mut HeapIndex) {
        let mut shared: BTreeMap<u32, Value> = BTreeMap::new();
        for &object in &self.order {
            if (self.is_shared(object) || self.paths.contains(&object.address()))
                && let Some(offset) = self.offset(object)
            {
                shared.insert(offset, object);
            }
        }
        let mut types: Vec<(usize, SharedType)> = Vec::new();
        for (offset, object) in shared {
            let mut words = self.shared_words.remove(&object.address()).unwrap_or_default();
            words.sort_unstable();
            let is_path = self.paths.contains(&object.address());
            if object.datatype() == known().symbol {
                let list = if is_path { &mut index.path_symbols } else { &mut index.symbols };
                list.push((offset, words));
            } else if is_path {
                index.path_strings.push((offset, words));
            } else if object.is::<MethodInstance>() {
                index.instances.push(SharedInstance { offset, words });
            } else if let Some(ty) = object.cast::<DataType>() {
                let instance = ty.instance.get().and_then(|i| {
                    let offset = self.offset(i)?;
                    let mut words =
                        self.shared_words.get(&i.address()).cloned().unwrap_or_default();
                    words.sort_unstable();
                    Some((offset, words))
                });
                types.push((depth(object), SharedType { offset, words, instance }));
            }
        }
        types.sort_by_key(|(depth, t)| (*depth, t.offset));
        index.types = types.into_iter().map(|(_, t)| t).collect();
    }
}

/// The same for what an image keeps. Who relies on what is in its edge index; which code a
/// specialization has is found by the loader; what a code instance relies on is in the edge index, too.
fn for_each_kept(object: Value, mut visit: impl FnMut(usize, Value)) {
    let k = known();
    let ty = object.datatype();
    let place = |field: usize| field - object.address();
    let mut left_out = [usize::MAX; 3];
    if ty == k.method_instance {
        let instance: Gc<MethodInstance> = object.cast_unchecked();
        left_out[0] = place(&raw const instance.backedges as usize);
        left_out[1] = place(&raw const instance.cache as usize);
    } else if ty == k.code_instance {
        let code: Gc<CodeInstance> = object.cast_unchecked();
        left_out[0] = place(&raw const code.next as usize);
        left_out[1] = place(&raw const code.inferred as usize);
        left_out[2] = place(&raw const code.edges as usize);
        visit(left_out[2], k.empty_svec.value());
    } else if ty == k.method_table {
        let table: Gc<MethodTable> = object.cast_unchecked();
        left_out[0] = place(&raw const table.backedges as usize);
    } else if ty == k.binding {
        let binding: Gc<Binding> = object.cast_unchecked();
        left_out[0] = place(&raw const binding.backedges as usize);
    }
    for_each_reference(object, |at, target| {
        if !left_out.contains(&at) {
            visit(at, target);
        }
    });
}

/// Whether a specialization is one of a method that another image owns.
fn is_shared_instance(instance: Gc<MethodInstance>) -> bool {
    instance.def.get().is::<Method>() && !gc::is_in_heap(instance.def.get().address())
}

/// Whether a type is an instantiation of a type name that another image owns.
fn is_shared_type(ty: Gc<DataType>) -> bool {
    ty.has(DataTypeFlags::CACHED) && !gc::is_in_heap(ty.name.get().address())
}

/// How deep a type's parameters nest, so that parameters are made one before what uses them.
fn depth(ty: Value) -> usize {
    match ty.cast::<DataType>() {
        Some(d) => 1 + d.parameters.get().items().iter().map(|&p| depth(p)).max().unwrap_or(0),
        None => {
            let mut deepest = 0;
            if ty.is::<crate::object::Union>() || ty.is::<crate::object::UnionAll>() {
                for_each_reference(ty, |_, t| {
                    if crate::object::is_type(t) {
                        deepest = deepest.max(depth(t));
                    }
                });
            }
            deepest
        }
    }
}
