//! Objects in a form that another process can make them from.
//!
//! A table of forms names each object once, by what it is made of: types by their names and parameters,
//! modules and functions by the globals that hold them. Whoever needs one makes it from its form, so that
//! what is not needed costs nothing. Of an object of an image the table says besides where it lies there:
//! where that very image is mapped, nothing is made.

use std::collections::{BTreeSet, HashMap};

use pkgimage_image::Digest;
use pkgimage_package::Uuid;
use pkgimage_runtime as runtime;
use runtime::fields;
use runtime::gc::RootVec;
use runtime::known::known;
use runtime::object::{
    self, Binding, BindingFlags, DataType, Expr, GlobalRef, JuliaString, MethodInstance, Module,
    SimpleVector, Symbol, TypeName, TypeVar, Union, UnionAll, Vararg,
};
use runtime::symbol::symbol;
use runtime::types;
use runtime::value::{Gc, Value};

use super::table::{Form, FormId, Forms, PartAt, Place, Root};
use crate::images::{self, PartId};
use crate::signature::specialization;
use crate::{julia, packages};

/// How deep objects nest that are written by their fields.
const DEPTH: u32 = 8;
/// How deep objects are looked into that are only told apart.
const DEEP: u32 = 200;

/// Makes a table of forms.
#[derive(Default)]
pub struct FormWriter {
    forms: Vec<Form>,
    ids: HashMap<Form, FormId>,
    /// Where the objects of images lie, form by form.
    places: Vec<Option<Place>>,
    parts: Vec<PartId>,
    /// The variables that are bound, the innermost last.
    bound: Vec<Gc<TypeVar>>,
    /// The types of Main that were met.
    of_main: Vec<Gc<TypeName>>,
    /// Whether it is only to tell objects apart: what nothing leads back to has a form, too.
    only_tells: bool,
}

impl FormWriter {
    fn add(&mut self, form: Form) -> FormId {
        if let Some(&id) = self.ids.get(&form) {
            return id;
        }
        let id = FormId(self.forms.len() as u32);
        self.forms.push(form.clone());
        self.places.push(None);
        self.ids.insert(form, id);
        id
    }

    /// The form of an object that is the same one wherever the image is mapped that holds it.
    fn add_placed(&mut self, form: Form, object: Value) -> FormId {
        let id = self.add(form);
        if !self.only_tells
            && self.places[id.0 as usize].is_none()
            && let Some((part, offset)) = images::part_at(object.address())
        {
            let part = self.part(part);
            self.places[id.0 as usize] = Some(Place { part, offset });
        }
        id
    }

    /// The place of a part in the list.
    pub fn part(&mut self, part: PartId) -> PartAt {
        let known = self.parts.iter().position(|known| *known == part);
        PartAt(known.unwrap_or_else(|| {
            self.parts.push(part);
            self.parts.len() - 1
        }) as u32)
    }

    /// An object; none if nothing leads back to it.
    pub fn value(&mut self, value: Value) -> Option<FormId> {
        self.nested(value, if self.only_tells { DEEP } else { DEPTH })
    }

    /// What code knows of the value of a constant.
    pub fn constant(&mut self, value: Value) -> Option<FormId> {
        let ty = value.datatype();
        let has_identity = ty.is_mutable()
            && !value.is::<Symbol>()
            && !value.is::<JuliaString>()
            && !value.is::<SimpleVector>()
            && !value.is::<Module>()
            && !object::is_type(value)
            && ty.instance.get() != Some(value);
        if !has_identity {
            return self.value(value);
        }
        let ty = self.ty(ty.value())?;
        Some(self.add(Form::Mutable(ty)))
    }

    /// A specialization; none if its types lead to another one.
    pub fn instance(&mut self, instance: Gc<MethodInstance>) -> Option<FormId> {
        let types = instance.spec_types.get();
        if specialization(types) != Some(instance) {
            return None;
        }
        let types = self.ty(types)?;
        Some(self.add_placed(Form::Specialization(types), instance.value()))
    }

    /// A binding.
    pub fn binding(&mut self, binding: Gc<Binding>) -> Option<FormId> {
        let module = self.module(binding.module.get())?;
        let form = Form::Binding(module, binding.name.get().to_string());
        Some(self.add_placed(form, binding.value()))
    }

    /// The value of a global, given the module's path; none if it has another value.
    pub fn global(&mut self, path: &str, name: &str, value: Value) -> Option<FormId> {
        let mut names = path.split('.');
        let first = names.next()?;
        let k = known();
        let root = match first {
            "Core" => Some(k.core_module),
            "Base" => julia::base(),
            "Main" => Some(k.main_module),
            _ => {
                let mut loaded = packages::loaded().into_iter();
                loaded.find(|(id, _)| id.name == first).map(|(_, module)| module)
            }
        };
        let inner = |module: Gc<Module>, name| own_global(module, name)?.cast::<Module>();
        let module = names.try_fold(root?, inner)?;
        self.own_global(module, name, value)
    }

    fn own_global(&mut self, module: Gc<Module>, name: &str, value: Value) -> Option<FormId> {
        let binding = module.own_entry(symbol(name))?;
        if binding.value.get() != Some(value) {
            return None;
        }
        let module = self.module(module)?;
        let form = Form::Global(module, name.to_owned());
        Some(match binding.has(BindingFlags::CONST) {
            true => self.add_placed(form, value),
            false => self.add(form),
        })
    }

    fn module(&mut self, module: Gc<Module>) -> Option<FormId> {
        let root = if module == known().core_module {
            Root::Core
        } else if Some(module) == julia::base() {
            Root::Base
        } else if module == known().main_module {
            Root::Main
        } else if let Some(parent) = module.parent.get().filter(|parent| *parent != module) {
            return self.own_global(parent, module.name.get().as_str(), module.value());
        } else {
            let uuid = packages::uuid_of(module);
            if packages::find_loaded(uuid) != Some(module) {
                return None;
            }
            Root::Package(uuid)
        };
        Some(self.add_placed(Form::Root(root), module.value()))
    }

    fn nested(&mut self, value: Value, depth: u32) -> Option<FormId> {
        let depth = depth.checked_sub(1)?;
        if let Some(name) = value.cast::<Symbol>() {
            let text = std::str::from_utf8(name.bytes()).ok()?.to_owned();
            return Some(self.add(Form::Symbol(text)));
        }
        if let Some(text) = value.cast::<JuliaString>() {
            return Some(self.add(Form::String(text.bytes().to_vec())));
        }
        if let Some(name) = value.cast::<GlobalRef>() {
            let module = self.module(name.module.get())?;
            return Some(self.add(Form::GlobalRef(module, name.name.get().to_string())));
        }
        if let Some(expression) = value.cast::<Expr>().filter(|_| self.only_tells) {
            let ty = self.ty(value.datatype().value())?;
            let mut parts = vec![self.nested(expression.head.get().value(), depth)?];
            for &argument in expression.args.get().references().iter().flatten() {
                parts.push(self.nested(argument, depth)?);
            }
            return Some(self.add(Form::Immutable(ty, parts)));
        }
        if let Some(list) = value.cast::<SimpleVector>() {
            let items = list.items().iter().map(|&item| self.nested(item, depth));
            let items = items.collect::<Option<_>>()?;
            return Some(self.add(Form::Vector(items)));
        }
        if let Some(module) = value.cast::<Module>() {
            return self.module(module);
        }
        if object::is_type(value) {
            return self.ty(value);
        }
        let ty = value.datatype();
        if ty.instance.get() == Some(value) {
            let ty = self.ty(ty.value())?;
            return Some(self.add_placed(Form::Instance(ty), value));
        }
        if ty.is_bits() {
            // An address means nothing to another process.
            if holds_pointer(ty) {
                return None;
            }
            let name = self.ty(ty.value())?;
            // SAFETY: an object of plain data has that many bytes.
            let bytes = unsafe { std::slice::from_raw_parts(value.payload(), ty.size()) };
            return Some(self.add(Form::Bits(name, bytes.to_vec())));
        }
        if ty.is_mutable() || ty == known().method_instance {
            let ty = self.only_tells.then(|| self.ty(ty.value()))??;
            return Some(self.add(Form::Mutable(ty)));
        }
        let name = self.ty(ty.value())?;
        // What `new` left undefined stands last.
        let count = (0..ty.field_count()).take_while(|&i| fields::get_nth(value, i).is_some());
        let count = count.count();
        if (count..ty.field_count()).any(|i| fields::get_nth(value, i).is_some()) {
            return None;
        }
        let fields = (0..count)
            .map(|i| fields::get_nth(value, i).and_then(|field| self.nested(field, depth)))
            .collect::<Option<_>>()?;
        Some(self.add(Form::Immutable(name, fields)))
    }

    fn list(&mut self, items: &[Value]) -> Option<Vec<FormId>> {
        items.iter().map(|&item| self.ty(item)).collect()
    }

    /// A type, or a parameter of one.
    fn ty(&mut self, ty: Value) -> Option<FormId> {
        let form = if let Some(d) = ty.cast::<DataType>() {
            return self.datatype(d);
        } else if let Some(u) = ty.cast::<Union>() {
            Form::Union(self.ty(u.a.get())?, self.ty(u.b.get())?)
        } else if let Some(u) = ty.cast::<UnionAll>() {
            let var = u.var.get();
            let (lower, upper) = (self.ty(var.lower.get())?, self.ty(var.upper.get())?);
            self.bound.push(var);
            let body = self.ty(u.body.get());
            self.bound.pop();
            Form::UnionAll { lower, upper, body: body? }
        } else if let Some(v) = ty.cast::<TypeVar>() {
            let out = self.bound.iter().rev().position(|&bound| bound == v)?;
            Form::Variable(out as u32)
        } else if let Some(v) = ty.cast::<Vararg>() {
            let mut part = |part: Option<Value>| match part {
                Some(part) => self.ty(part).map(Some),
                None => Some(None),
            };
            Form::Vararg(part(v.element.get())?, part(v.count.get())?)
        } else if ty == known().bottom {
            Form::Bottom
        } else {
            return self.value(ty);
        };
        Some(self.add_placed(form, ty))
    }

    fn datatype(&mut self, d: Gc<DataType>) -> Option<FormId> {
        let name = d.name.get();
        let module = name.module.get();
        let parameters = d.parameters.get();
        if d.is_tuple() {
            let parameters = self.list(parameters.items())?;
            return Some(self.add_placed(Form::Tuple(parameters), d.value()));
        }
        // The type of a function that has a name.
        if let (Some(instance), Some(function)) =
            (d.instance.get(), name.name.get().as_str().strip_prefix('#'))
            && let Some(function) = self.own_global(module, function, instance)
        {
            return Some(self.add_placed(Form::TypeOf(function), d.value()));
        }
        if packages::root_of(module) == known().main_module && !self.of_main.contains(&name) {
            self.of_main.push(name);
        }
        let wrapper = self.own_global(module, name.name.get().as_str(), name.wrapper.get()?)?;
        if parameters.is_empty() {
            return Some(wrapper);
        }
        let parameters = self.list(parameters.items())?;
        Some(self.add_placed(Form::Apply(wrapper, parameters), d.value()))
    }

    /// The table.
    pub fn finish(self) -> Forms {
        Forms { forms: self.forms, places: self.places, parts: self.parts }
    }
}

/// The value of a global that is defined in this module.
fn own_global(module: Gc<Module>, name: &str) -> Option<Value> {
    module.own_entry(symbol(name)).and_then(|binding| binding.value.get())
}

fn holds_pointer(ty: Gc<DataType>) -> bool {
    ty.name.get() == known().pointer_name
        || ty.types.get().is_some_and(|types| {
            types.items().iter().filter_map(|field| field.cast::<DataType>()).any(holds_pointer)
        })
}

/// A digest of what a text and objects are; of mutable objects only their types count, and of expressions what
/// they say. Objects without a form count as nothing.
pub fn digest(text: &[u8], objects: &[Option<Value>]) -> Digest {
    let mut writer = FormWriter { only_tells: true, ..FormWriter::default() };
    let places: Vec<Option<FormId>> =
        objects.iter().map(|object| object.and_then(|object| writer.constant(object))).collect();
    let bytes = postcard::to_stdvec(&(places, writer.forms)).unwrap_or_default();
    Digest::of_parts([text, &bytes])
}

/// Whether an object can be told from all others, and made again.
pub fn has_form(value: Value) -> bool {
    FormWriter::default().value(value).is_some()
}

/// The names of Main's types that these objects name, those of their fields included.
pub fn types_of_main(values: &[Value]) -> Vec<Gc<TypeName>> {
    let mut writer = FormWriter::default();
    for &value in values {
        // What has no form has no types with names.
        let _ = writer.ty(value);
    }
    let mut next = 0;
    while let Some(&name) = writer.of_main.get(next) {
        next += 1;
        let ty = name
            .wrapper
            .get()
            .and_then(|wrapper| types::unwrap_unionall(wrapper).cast::<DataType>());
        for &field in ty.and_then(|ty| ty.types.get()).iter().flat_map(|types| types.items()) {
            let _ = writer.ty(field);
        }
    }
    writer.of_main
}

/// Makes objects from a table of forms.
pub struct Maker {
    forms: Vec<Form>,
    places: Vec<Option<Place>>,
    parts: Vec<PartId>,
    /// Where the heaps of the parts are that live; none of what is not known to.
    heaps: Vec<Option<usize>>,
    /// Which of them stand for themselves: no variable in them is bound outside.
    closed: Vec<bool>,
    /// What was made, unless it may change.
    made: Vec<Option<Value>>,
    /// Keeps these.
    roots: RootVec,
    /// The variables that are bound, the innermost last.
    bound: Vec<Value>,
    /// Packages that are not what they were.
    refused: BTreeSet<Uuid>,
}

impl Maker {
    /// None for a table in which a form does not stand behind what it is made of.
    pub fn new(Forms { forms, places, parts }: Forms) -> Option<Maker> {
        if places.len() != forms.len() {
            return None;
        }
        // How many variables of `UnionAll`s around it each names.
        let mut open: Vec<u32> = Vec::with_capacity(forms.len());
        for form in &forms {
            let of = |id: &FormId| open.get(id.0 as usize).copied();
            let of_all = |list: &[FormId]| -> Option<u32> {
                list.iter().map(of).try_fold(0, |most, one| Some(most.max(one?)))
            };
            let number = match form {
                Form::Root(_) | Form::Bottom | Form::Symbol(_) | Form::String(_) => Some(0),
                Form::Variable(out) => out.checked_add(1),
                Form::Global(one, _)
                | Form::Binding(one, _)
                | Form::GlobalRef(one, _)
                | Form::TypeOf(one)
                | Form::Instance(one)
                | Form::Bits(one, _)
                | Form::Specialization(one)
                | Form::Mutable(one) => of(one),
                Form::Tuple(list) | Form::Vector(list) => of_all(list),
                Form::Apply(one, list) | Form::Immutable(one, list) => {
                    of_all(list).and_then(|most| Some(most.max(of(one)?)))
                }
                Form::Union(a, b) => of_all(&[*a, *b]),
                Form::UnionAll { lower, upper, body } => of_all(&[*lower, *upper])
                    .and_then(|most| Some(most.max(of(body)?.saturating_sub(1)))),
                Form::Vararg(element, count) => {
                    let parts: Vec<FormId> = element.iter().chain(count).copied().collect();
                    of_all(&parts)
                }
            };
            open.push(number?);
        }
        let closed: Vec<bool> = open.iter().map(|number| *number == 0).collect();
        let made = vec![None; forms.len()];
        let heaps = vec![None; parts.len()];
        let (roots, bound, refused) = (RootVec::new(), Vec::new(), BTreeSet::new());
        Some(Maker { forms, places, parts, heaps, closed, made, roots, bound, refused })
    }

    /// Makes all objects anew from now on: names may stand for others than those in images.
    pub fn forget(&mut self) {
        self.made.fill(None);
        self.places.fill(None);
    }

    /// Whether a part of an image lives.
    pub fn lives(&mut self, part: PartAt) -> bool {
        self.heap(part).is_some()
    }

    fn heap(&mut self, part: PartAt) -> Option<usize> {
        let heap = self.heaps.get_mut(part.0 as usize)?;
        if heap.is_none() {
            *heap = images::heap_of(self.parts[part.0 as usize]);
        }
        *heap
    }

    /// The object of an image.
    fn placed(&mut self, at: usize) -> Option<Value> {
        let place = (*self.places.get(at)?)?;
        let address = self.heap(place.part)? + place.offset as usize;
        // SAFETY: the table was written when an object lay there in the heap of the same bytes.
        let object = unsafe { Value::from_raw(address) };
        let object = runtime::snapshot::one_for(object);
        // A call would run another method.
        let is_gone = object
            .cast::<MethodInstance>()
            .and_then(|instance| instance.def.get().cast::<object::Method>())
            .is_some_and(|method| method.deleted_world.get() != u64::MAX);
        (!is_gone).then_some(object)
    }

    /// From now on nothing is made that names this package.
    pub fn refuse(&mut self, uuid: Uuid) {
        self.refused.insert(uuid);
    }

    /// The object; none if it is not there.
    pub fn make(&mut self, id: FormId) -> Option<Value> {
        let at = id.0 as usize;
        if let Some(value) = self.made.get(at).copied().flatten() {
            return Some(value);
        }
        if self.closed[at]
            && let Some(object) = self.placed(at)
        {
            self.made[at] = Some(object);
            self.roots.push(object);
            return Some(object);
        }
        // What a form is made of stands before it, so this ends.
        let form = self.forms.get(at)?.clone();
        let (value, stays) = self.make_from(&form)?;
        if stays && self.closed[at] {
            self.made[at] = Some(value);
            self.roots.push(value);
        }
        Some(value)
    }

    fn all(&mut self, list: &[FormId]) -> Option<Vec<Value>> {
        list.iter().map(|&id| self.make(id)).collect()
    }

    fn datatype(&mut self, id: FormId) -> Option<Gc<DataType>> {
        self.make(id)?.cast::<DataType>()
    }

    fn module(&mut self, id: FormId) -> Option<Gc<Module>> {
        self.make(id)?.cast::<Module>()
    }

    /// The object, and whether it will be the same one later.
    fn make_from(&mut self, form: &Form) -> Option<(Value, bool)> {
        let value = match form {
            Form::Root(Root::Core) => known().core_module.value(),
            Form::Root(Root::Base) => julia::base()?.value(),
            Form::Root(Root::Main) => known().main_module.value(),
            Form::Root(Root::Package(uuid)) if self.refused.contains(uuid) => return None,
            Form::Root(Root::Package(uuid)) => packages::find_loaded(*uuid)?.value(),
            Form::Global(module, name) => {
                let binding = self.module(*module)?.own_entry(symbol(name))?;
                return Some((binding.value.get()?, binding.has(BindingFlags::CONST)));
            }
            Form::Binding(module, name) => self.module(*module)?.own_entry(symbol(name))?.value(),
            Form::GlobalRef(module, name) => {
                object::GlobalRef::new(self.module(*module)?, symbol(name)).value()
            }
            // Functions are constants.
            Form::TypeOf(object) => self.make(*object)?.datatype().value(),
            Form::Instance(ty) => self.datatype(*ty)?.instance.get()?,
            Form::Apply(wrapper, parameters) => {
                let wrapper = self.make(*wrapper)?;
                let parameters = self.all(parameters)?;
                types::apply_type(wrapper, &parameters).ok()?
            }
            Form::Tuple(parameters) => types::make_tuple_type(&self.all(parameters)?),
            Form::Union(a, b) => {
                let (a, b) = (self.make(*a)?, self.make(*b)?);
                Union::new_raw(a, b).value()
            }
            Form::UnionAll { lower, upper, body } => {
                let (lower, upper) = (self.make(*lower)?, self.make(*upper)?);
                let var = TypeVar::new(symbol("T"), lower, upper);
                self.bound.push(var.value());
                let body = self.make(*body);
                self.bound.pop();
                UnionAll::new(var, body?).value()
            }
            Form::Variable(out) => {
                let at = self.bound.len().checked_sub(1 + *out as usize)?;
                *self.bound.get(at)?
            }
            Form::Vararg(element, count) => {
                let mut part = |part: &Option<FormId>| match part {
                    Some(id) => self.make(*id).map(Some),
                    None => Some(None),
                };
                types::vararg_of(part(element)?, part(count)?)
            }
            Form::Bottom => known().bottom,
            Form::Symbol(text) => symbol(text).value(),
            Form::String(bytes) => JuliaString::new(bytes).value(),
            Form::Bits(ty, bytes) => {
                let ty = self.datatype(*ty)?;
                if ty.size() != bytes.len() || !ty.is_bits() {
                    return None;
                }
                if ty == known().bool {
                    let is_true = bytes.first() == Some(&1);
                    if is_true { known().true_ } else { known().false_ }
                } else {
                    let object = runtime::gc::allocate(ty, bytes.len());
                    // SAFETY: the object has room for these bytes, which are plain data.
                    unsafe {
                        let target = object.payload();
                        std::ptr::copy_nonoverlapping(bytes.as_ptr(), target, bytes.len());
                    }
                    object
                }
            }
            Form::Immutable(ty, fields) => {
                let mut values = vec![self.make(*ty)?];
                values.extend(self.all(fields)?);
                match runtime::interpreter::call::new_object(&values) {
                    Ok(object) => object,
                    Err(thrown) => {
                        // The type has changed.
                        let _ = runtime::error::take(thrown);
                        return None;
                    }
                }
            }
            Form::Vector(items) => SimpleVector::new(&self.all(items)?).value(),
            Form::Specialization(types) => {
                let types = self.make(*types)?;
                return Some((specialization(types)?.value(), false));
            }
            Form::Mutable(_) => return None,
        };
        Some((value, true))
    }
}
