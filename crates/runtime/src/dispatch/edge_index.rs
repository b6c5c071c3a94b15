//! The form of an edge index: what the code of an image relies on, as one heap object.
//!
//! An index is a `SimpleVector`: first a `String` of bytes, then the objects that the bytes name by their
//! places in the vector. Thousands of edges then cost a few bytes each, refer to an object once however often
//! it is named, and touch no memory until somebody asks.
//!
//! Those who rely on something are *nodes*. A specialization with code, here or in another image, is an
//! object, and its number is its place. One that only was put in place, or whose result was known, needs no
//! object: it is a number beyond the objects', and stands for those who rely on it in turn. What such a one
//! itself relied on is in the same index, so that nothing outside has to name it.
//!
//! The bytes, all numbers but those of the two tables as LEB128:
//!
//! - `u32` the number of places of a hash table (a power of two), `u32` the number of nodes without an object;
//! - the hash table, two `u32` for each place: the number of a key, zero for none, and where its record is;
//! - for each node without an object a `u32`, where its record is;
//! - the records: of a method table, lookups; of a binding, the number of its value, then nodes; of a
//!   specialization, whether a call with exactly its types reaches it, then the nodes that rely on it; of a
//!   node without an object those alone.
//!
//! The lookups of a table stand in groups, so that most of them need not be read. Those whose signatures are
//! plain tuples have their first parameter in common, what is called; in these groups are groups with the
//! next one in common. A group is the parameter, how many bytes it takes, and what it holds. The lookups
//! whose signatures are something else are the first group, whose parameter is zero; so is that of the
//! signatures that end before the second one.
//!
//! A lookup is the rest of its signature (its further parameters, or the object that it is), whether its
//! methods accept all such calls, its methods, and nodes. A list is its length, then its numbers; of nodes,
//! ascending, what each is more than the one before.

use std::collections::{BTreeMap, BTreeSet};

use super::index::Heads;
use super::method_table_for_signature;
use crate::known::known;
use crate::object::{
    Binding, DataType, JuliaString, Method, MethodInstance, MethodTable, SimpleVector,
};
use crate::types::{hash_of, tuple_type, types_egal};
use crate::value::{Gc, Value};

/// Bytes before the hash table.
const HEAD: usize = 8;

/// Collects edges, and makes the index.
#[derive(Default)]
pub struct IndexBuilder {
    tables: Vec<(Gc<MethodTable>, Vec<Lookup>)>,
    table_at: BTreeMap<usize, usize>,
    /// Lookups of the same hash.
    same_hash: BTreeMap<(usize, u32), Vec<usize>>,
    bindings: Vec<(Gc<Binding>, Value, Nodes)>,
    binding_at: BTreeMap<usize, usize>,
    /// The specializations, in the order in which they were first named.
    instances: Vec<Gc<MethodInstance>>,
    instance_at: BTreeMap<usize, usize>,
    /// For each, those who rely on it.
    dependents: Vec<Nodes>,
    /// Those that calls with exactly their types reach.
    reached: Nodes,
}

/// Specializations by their places in [`IndexBuilder::instances`].
type Nodes = BTreeSet<usize>;

struct Lookup {
    signature: Value,
    methods: Vec<Gc<Method>>,
    covers: bool,
    callers: Nodes,
}

impl IndexBuilder {
    fn instance(&mut self, instance: Gc<MethodInstance>) -> usize {
        *self.instance_at.entry(instance.address()).or_insert_with(|| {
            self.instances.push(instance);
            self.dependents.push(Nodes::new());
            self.instances.len() - 1
        })
    }

    /// Adds that a specialization relies on what a lookup finds: these methods, most specific first, which
    /// accept all such calls if it `covers`.
    pub fn lookup(
        &mut self,
        signature: Value,
        methods: Vec<Gc<Method>>,
        covers: bool,
        caller: Gc<MethodInstance>,
    ) {
        let Some(table) = method_table_for_signature(signature) else { return };
        let caller = self.instance(caller);
        let at = *self.table_at.entry(table.address()).or_insert_with(|| {
            self.tables.push((table, Vec::new()));
            self.tables.len() - 1
        });
        let list = &mut self.tables[at].1;
        let known = self.same_hash.entry((at, hash_of(signature))).or_default();
        let same = |other: &Lookup| {
            other.covers == covers
                && other.methods == methods
                && types_egal(other.signature, signature)
        };
        let found = known.iter().copied().find(|&i| same(&list[i])).unwrap_or_else(|| {
            list.push(Lookup { signature, methods, covers, callers: Nodes::new() });
            known.push(list.len() - 1);
            list.len() - 1
        });
        list[found].callers.insert(caller);
    }

    /// Adds that a specialization relies on the body or the result of another.
    pub fn relies_on(&mut self, caller: Gc<MethodInstance>, on: Gc<MethodInstance>) {
        let (caller, on) = (self.instance(caller), self.instance(on));
        self.dependents[on].insert(caller);
    }

    /// Adds that a call with exactly the types of a specialization reaches it, which is so for as long as its
    /// code is valid: that relies on it.
    pub fn reached(&mut self, instance: Gc<MethodInstance>, method: Gc<Method>) {
        self.lookup(instance.spec_types.get(), vec![method], true, instance);
        let at = self.instance(instance);
        self.reached.insert(at);
    }

    /// Adds a constant binding that a specialization relies on.
    pub fn binding(&mut self, binding: Gc<Binding>, value: Value, caller: Gc<MethodInstance>) {
        let caller = self.instance(caller);
        let at = *self.binding_at.entry(binding.address()).or_insert_with(|| {
            self.bindings.push((binding, value, Nodes::new()));
            self.bindings.len() - 1
        });
        self.bindings[at].2.insert(caller);
    }

    /// The index. `has_code` tells which specializations are objects.
    pub fn finish(self, has_code: &dyn Fn(Gc<MethodInstance>) -> bool) -> Gc<SimpleVector> {
        let IndexBuilder { tables, bindings, instances, dependents, reached, .. } = self;
        let mut writer = Writer::default();
        let mut numbers = vec![None; instances.len()];
        for (number, &instance) in numbers.iter_mut().zip(&instances) {
            *number = has_code(instance).then(|| writer.object(instance.value()));
        }

        // The records, and where each begins; lists of nodes follow when all objects have their numbers.
        enum Record {
            /// By the numbers of the first two parameters, zero for none.
            Lookups(BTreeMap<u32, BTreeMap<u32, Vec<NumberedLookup>>>),
            Binding(u32, Nodes),
            Instance(bool, Nodes),
        }
        let mut records: Vec<(Value, u32, Record)> = Vec::new();
        for (table, lookups) in tables {
            let key = writer.object(table.value());
            let mut groups: BTreeMap<u32, BTreeMap<u32, Vec<_>>> = BTreeMap::new();
            for lookup in lookups {
                let ([first, second], signature) = writer.signature(lookup.signature);
                let methods = lookup.methods.iter().map(|m| writer.object(m.value())).collect();
                let Lookup { covers, callers, .. } = lookup;
                let group = groups.entry(first).or_default().entry(second).or_default();
                group.push(NumberedLookup { signature, covers, methods, callers });
            }
            records.push((table.value(), key, Record::Lookups(groups)));
        }
        for (binding, value, nodes) in bindings {
            let (key, value) = (writer.object(binding.value()), writer.object(value));
            records.push((binding.value(), key, Record::Binding(value, nodes)));
        }
        let mut unnamed = Vec::new();
        for (at, (nodes, number)) in dependents.into_iter().zip(&numbers).enumerate() {
            let reached = reached.contains(&at);
            match number {
                Some(key) if reached || !nodes.is_empty() => {
                    records.push((instances[at].value(), *key, Record::Instance(reached, nodes)));
                }
                Some(_) => {}
                None => unnamed.push(nodes),
            }
        }
        let mut next = writer.objects.len() as u32 + 1;
        let numbers: Vec<u32> = numbers
            .into_iter()
            .map(|number| {
                number.unwrap_or_else(|| {
                    next += 1;
                    next - 1
                })
            })
            .collect();

        let places = (2 * records.len()).next_power_of_two().max(2);
        let tables_end = HEAD + 8 * places + 4 * unnamed.len();
        let mut bytes = vec![0; tables_end];
        let put = |bytes: &mut Vec<u8>, at: usize, number: u32| {
            bytes[at..at + 4].copy_from_slice(&number.to_le_bytes());
        };
        put(&mut bytes, 0, places as u32);
        put(&mut bytes, 4, unnamed.len() as u32);
        for (key, number, record) in records {
            let mut place = hash_of_key(key) & (places - 1);
            while read_u32(&bytes, HEAD + 8 * place) != 0 {
                place = (place + 1) & (places - 1);
            }
            let at = bytes.len() as u32;
            put(&mut bytes, HEAD + 8 * place, number);
            put(&mut bytes, HEAD + 8 * place + 4, at);
            match record {
                Record::Lookups(groups) => {
                    let mut record = Vec::new();
                    for (first, groups) in groups {
                        let mut outer = Vec::new();
                        for (second, lookups) in groups {
                            let mut inner = Vec::new();
                            for lookup in lookups {
                                lookup.write(&mut inner, &numbers);
                            }
                            write_group(&mut outer, second, &inner);
                        }
                        write_group(&mut record, first, &outer);
                    }
                    write_number(&mut bytes, record.len() as u32);
                    bytes.extend(record);
                }
                Record::Binding(value, nodes) => {
                    write_number(&mut bytes, value);
                    write_nodes(&mut bytes, &nodes, &numbers);
                }
                Record::Instance(reached, nodes) => {
                    write_number(&mut bytes, reached.into());
                    write_nodes(&mut bytes, &nodes, &numbers);
                }
            }
        }
        for (i, nodes) in unnamed.iter().enumerate() {
            let at = bytes.len() as u32;
            put(&mut bytes, HEAD + 8 * places + 4 * i, at);
            write_nodes(&mut bytes, nodes, &numbers);
        }
        let mut items = vec![JuliaString::new(&bytes).value()];
        items.extend(writer.objects);
        SimpleVector::new(&items)
    }
}

/// Numbers objects.
#[derive(Default)]
struct Writer {
    objects: Vec<Value>,
    at: BTreeMap<usize, u32>,
}

impl Writer {
    fn object(&mut self, object: Value) -> u32 {
        *self.at.entry(object.address()).or_insert_with(|| {
            self.objects.push(object);
            self.objects.len() as u32
        })
    }

    /// The numbers of the first two parameters, and of the rest. Most signatures are tuples of types that are
    /// objects anyway: those need none of their own.
    fn signature(&mut self, signature: Value) -> ([u32; 2], Signature) {
        let plain = signature.cast::<DataType>();
        let Some(ty) = plain.filter(|ty| ty.is_tuple() && !ty.has_free_typevars()) else {
            return ([0; 2], Signature::Object(self.object(signature)));
        };
        let parameters = ty.parameters.get();
        let mut numbers = parameters.items().iter().map(|&parameter| self.object(parameter));
        let leading = [numbers.next().unwrap_or(0), numbers.next().unwrap_or(0)];
        (leading, Signature::Tuple(numbers.collect()))
    }
}

/// A lookup whose objects have numbers.
struct NumberedLookup {
    signature: Signature,
    covers: bool,
    methods: Vec<u32>,
    callers: Nodes,
}

/// What a signature is beside its first two parameters.
enum Signature {
    Object(u32),
    Tuple(Vec<u32>),
}

impl NumberedLookup {
    fn write(&self, bytes: &mut Vec<u8>, numbers: &[u32]) {
        match &self.signature {
            Signature::Object(number) => write_number(bytes, *number),
            Signature::Tuple(parameters) => write_list(bytes, parameters),
        }
        write_number(bytes, self.covers.into());
        write_list(bytes, &self.methods);
        write_nodes(bytes, &self.callers, numbers);
    }
}

fn write_group(bytes: &mut Vec<u8>, parameter: u32, group: &[u8]) {
    write_number(bytes, parameter);
    write_number(bytes, group.len() as u32);
    bytes.extend_from_slice(group);
}

fn write_number(bytes: &mut Vec<u8>, mut number: u32) {
    while number >= 0x80 {
        bytes.push(number as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn write_list(bytes: &mut Vec<u8>, list: &[u32]) {
    write_number(bytes, list.len() as u32);
    list.iter().for_each(|&number| write_number(bytes, number));
}

fn write_nodes(bytes: &mut Vec<u8>, nodes: &Nodes, numbers: &[u32]) {
    let sorted: BTreeSet<u32> = nodes.iter().map(|&node| numbers[node]).collect();
    let mut before = 0;
    let steps: Vec<u32> =
        sorted.into_iter().map(|number| number - std::mem::replace(&mut before, number)).collect();
    write_list(bytes, &steps);
}

fn read_u32(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
    four.map_or(0, u32::from_le_bytes)
}

/// The same in every process.
fn hash_of_key(key: Value) -> usize {
    let hash = if let Some(binding) = key.cast::<Binding>() {
        binding.name.get().hash ^ 1
    } else if let Some(instance) = key.cast::<MethodInstance>() {
        hash_of(instance.spec_types.get()).into()
    } else {
        key.cast_unchecked::<MethodTable>().name.get().hash
    };
    hash as usize
}

/// An index of an image that is loaded.
pub(super) struct EdgeIndex {
    objects: Gc<SimpleVector>,
    bytes: Gc<JuliaString>,
}

impl EdgeIndex {
    /// The index that a heap object is; none if it is none.
    pub fn of(objects: Gc<SimpleVector>) -> Option<EdgeIndex> {
        Some(EdgeIndex { objects, bytes: objects.get(0)?.cast()? })
    }

    /// Where it lies, in its image.
    pub fn address(&self) -> usize {
        self.objects.address()
    }

    fn places(&self) -> usize {
        read_u32(self.bytes.bytes(), 0) as usize
    }

    fn record(&self, at: u32) -> Cursor<'_> {
        let bytes = self.bytes.bytes().get(at as usize..).unwrap_or_default();
        Cursor { index: self.objects, bytes }
    }

    /// The record of a key.
    pub fn find(&self, key: Value) -> Option<Cursor<'_>> {
        self.find_by(hash_of_key(key), |found| found == key).map(|(_, record)| record)
    }

    /// The specialization that a call with exactly these types reaches, as long as its code is valid.
    pub fn reached(&self, types: Gc<DataType>) -> Option<Gc<MethodInstance>> {
        let is_it = |key: Value| {
            key.cast::<MethodInstance>().is_some_and(|i| i.spec_types.get() == types.value())
        };
        let (instance, mut record) = self.find_by(types.hash.get() as usize, is_it)?;
        (record.number() != 0).then(|| instance.cast_unchecked())
    }

    fn find_by(&self, hash: usize, is_it: impl Fn(Value) -> bool) -> Option<(Value, Cursor<'_>)> {
        let bytes = self.bytes.bytes();
        let mask = self.places().checked_sub(1)?;
        let mut place = hash & mask;
        loop {
            let number = read_u32(bytes, HEAD + 8 * place);
            if number == 0 {
                return None;
            }
            if let Some(key) = self.objects.get(number as usize).filter(|&key| is_it(key)) {
                return Some((key, self.record(read_u32(bytes, HEAD + 8 * place + 4))));
            }
            place = (place + 1) & mask;
        }
    }

    /// All keys with their records.
    pub fn entries(&self) -> impl Iterator<Item = (Value, Cursor<'_>)> {
        (0..self.places()).filter_map(|place| {
            let number = read_u32(self.bytes.bytes(), HEAD + 8 * place);
            let key = self.objects.get(number as usize).filter(|_| number != 0)?;
            Some((key, self.record(read_u32(self.bytes.bytes(), HEAD + 8 * place + 4))))
        })
    }

    /// The node of a specialization with code; none if nothing here is about it.
    pub fn node(&self, instance: Gc<MethodInstance>) -> Option<u32> {
        let is_it = |object: &Value| *object == instance.value();
        self.objects.items().iter().position(is_it).map(|place| place as u32)
    }

    /// The nodes without an object, with those who rely on each.
    pub fn bodies(&self) -> impl Iterator<Item = (u32, Vec<u32>)> {
        let unnamed = HEAD + 8 * self.places();
        (0..read_u32(self.bytes.bytes(), 4)).map(move |i| {
            let at = read_u32(self.bytes.bytes(), unnamed + 4 * i as usize);
            let mut nodes = Vec::new();
            self.record(at).nodes(&mut nodes);
            (self.objects.len() as u32 + i, nodes)
        })
    }

    /// The specializations with code among these nodes and those who rely on the others.
    pub fn instances(&self, nodes: Vec<u32>, into: &mut Vec<Gc<MethodInstance>>) {
        let objects = self.objects.len() as u32;
        let unnamed = HEAD + 8 * self.places();
        let mut seen: BTreeSet<u32> = BTreeSet::new();
        let mut pending = nodes;
        while let Some(node) = pending.pop() {
            if !seen.insert(node) {
                continue;
            }
            match node.checked_sub(objects) {
                None => {
                    into.extend(self.objects.get(node as usize).map(|i| i.cast_unchecked()));
                }
                Some(i) => {
                    let at = read_u32(self.bytes.bytes(), unnamed + 4 * i as usize);
                    self.record(at).nodes(&mut pending);
                }
            }
        }
    }
}

/// Reads a record.
pub(super) struct Cursor<'a> {
    index: Gc<SimpleVector>,
    bytes: &'a [u8],
}

/// A lookup as it is read: its objects are looked up when they are asked for.
pub(super) struct LookupView<'a> {
    index: Gc<SimpleVector>,
    signature: ViewedSignature,
    /// Whether the methods accept every such call.
    pub covers: bool,
    methods: Cursor<'a>,
}

enum ViewedSignature {
    Object(Option<Value>),
    Tuple(Vec<Value>),
}

impl<'a> Cursor<'a> {
    /// The next number; zero at the end.
    fn number(&mut self) -> u32 {
        let mut number = 0;
        for shift in (0..32).step_by(7) {
            let Some((&byte, rest)) = self.bytes.split_first() else { return 0 };
            self.bytes = rest;
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        number
    }

    fn object(&mut self) -> Option<Value> {
        let number = self.number();
        self.index.get(number as usize)
    }

    fn skip_list(&mut self) {
        for _ in 0..self.number() {
            self.number();
        }
    }

    /// The record of a specialization: the nodes that rely on it.
    pub fn dependents(mut self, into: &mut Vec<u32>) {
        self.number();
        self.nodes(into);
    }

    /// Reads a list of nodes.
    fn nodes(&mut self, into: &mut Vec<u32>) {
        let mut node = 0u32;
        for _ in 0..self.number() {
            node = node.wrapping_add(self.number());
            into.push(node);
        }
    }

    /// The record of a binding: its value, and nodes.
    pub fn binding(mut self, nodes: &mut Vec<u32>) -> Option<Value> {
        let value = self.object();
        self.nodes(nodes);
        value
    }

    /// The record of a method table: the nodes of the lookups for which something holds, out of those that may
    /// have anything to do with methods of this signature.
    pub fn lookups(
        self,
        signature: Value,
        holds: impl Fn(&LookupView) -> bool,
        nodes: &mut Vec<u32>,
    ) {
        let heads = Heads::of(signature);
        let may_have = |at: usize, parameter: Value| heads.may_have(at, parameter);
        self.each_within(may_have, |leading, group| {
            if holds(&group.lookup(leading)) {
                group.nodes(nodes);
            } else {
                group.skip_list();
            }
        });
    }

    /// The same: all lookups with their nodes.
    pub fn each_lookup(self, mut visit: impl FnMut(&LookupView, &[u32])) {
        self.each_within(
            |_, _| true,
            |leading, group| {
                let lookup = group.lookup(leading);
                let mut nodes = Vec::new();
                group.nodes(&mut nodes);
                visit(&lookup, &nodes);
            },
        );
    }

    /// Calls a function at each lookup in the groups with certain first parameters, given these, if there are any;
    /// it reads the lookup and its nodes.
    fn each_within(
        mut self,
        wanted: impl Fn(usize, Value) -> bool,
        mut visit: impl FnMut(Option<&[Value]>, &mut Self),
    ) {
        let size = self.number() as usize;
        let mut outer = Cursor { bytes: self.bytes.get(..size).unwrap_or_default(), ..self };
        while let Some((first, mut inner)) = outer.group() {
            if first.is_some_and(|first| !wanted(0, first)) {
                continue;
            }
            while let Some((second, mut group)) = inner.group() {
                if second.is_some_and(|second| !wanted(1, second)) {
                    continue;
                }
                let pair = [first, second].map(|parameter| parameter.unwrap_or(known().bottom));
                let leading = &pair[..usize::from(first.is_some()) + usize::from(second.is_some())];
                while !group.bytes.is_empty() {
                    visit(first.map(|_| leading), &mut group);
                }
            }
        }
    }

    /// The next group: the parameter that its signatures have in common, if there is one, and what it holds.
    fn group(&mut self) -> Option<(Option<Value>, Cursor<'a>)> {
        if self.bytes.is_empty() {
            return None;
        }
        let number = self.number();
        let parameter = self.index.get(number as usize).filter(|_| number != 0);
        let size = self.number() as usize;
        let (bytes, rest) = self.bytes.split_at_checked(size)?;
        self.bytes = rest;
        Some((parameter, Cursor { index: self.index, bytes }))
    }

    /// The next lookup of a group; its nodes follow.
    fn lookup(&mut self, leading: Option<&[Value]>) -> LookupView<'a> {
        let signature = match leading {
            None => ViewedSignature::Object(self.object()),
            Some(leading) => {
                let mut parameters = leading.to_vec();
                parameters.extend((0..self.number()).filter_map(|_| self.object()));
                ViewedSignature::Tuple(parameters)
            }
        };
        let covers = self.number() != 0;
        let methods = Cursor { index: self.index, bytes: self.bytes };
        self.skip_list();
        LookupView { index: self.index, signature, covers, methods }
    }
}

impl LookupView<'_> {
    /// The methods that were found, most specific first.
    pub fn methods(&self) -> impl Iterator<Item = Gc<Method>> {
        let mut cursor = Cursor { index: self.index, bytes: self.methods.bytes };
        let count = cursor.number();
        (0..count).filter_map(move |_| cursor.object().map(|method| method.cast_unchecked()))
    }

    /// The parameters of its signature, if that is a plain tuple.
    pub fn parameters(&self) -> Option<&[Value]> {
        match &self.signature {
            ViewedSignature::Tuple(parameters) => Some(parameters),
            ViewedSignature::Object(_) => None,
        }
    }

    /// Its signature.
    pub fn signature(&self) -> Option<Value> {
        match &self.signature {
            ViewedSignature::Tuple(parameters) => Some(tuple_type(parameters).value()),
            ViewedSignature::Object(object) => *object,
        }
    }
}
