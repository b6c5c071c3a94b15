//! Signatures as text, for recordings, and back.
//!
//! The text is Julia's: `Tuple{typeof(Json.parse), String}`. Names of Core and those that Base
//! exports stand alone, all others with their modules, from the package's on. It is read by
//! evaluating it in a module that sees the loaded packages by their names.

use std::collections::BTreeSet;

use pkgimage_runtime as runtime;
use runtime::error::Result;
use runtime::gc::RootVec;
use runtime::known::known;
use runtime::object::{
    self, DataType, MethodInstance, Module, Symbol, TypeName, TypeVar, Union, UnionAll, Vararg,
};
use runtime::symbol::symbol;
use runtime::value::{Gc, Value};
use runtime::{dispatch, eval, fields, types, world};

use crate::{julia, packages};

/// The text of a signature, and what it names.
pub struct Text {
    /// The text.
    pub text: String,
    /// The names of the root modules of the packages that it names.
    pub packages: BTreeSet<String>,
}

/// The text of the signature of a specialization; none where it names something of Main or without
/// a name, so that nobody else could read it.
pub fn of_instance(instance: Gc<MethodInstance>) -> Option<Text> {
    let mut writer = Writer::default();
    writer.ty(instance.spec_types.get())?;
    Some(Text { text: writer.out, packages: writer.packages })
}

/// The name of a parametric type without its parameters: `Array`.
fn wrapped_name(ty: Value) -> Option<Gc<TypeName>> {
    let name =
        types::unwrap_unionall(ty.cast::<UnionAll>()?.value()).cast::<DataType>()?.name.get();
    types::types_egal(ty, name.wrapper_type()).then_some(name)
}

#[derive(Default)]
struct Writer {
    out: String,
    packages: BTreeSet<String>,
    bound: Vec<Gc<TypeVar>>,
}

impl Writer {
    fn list(&mut self, items: &[Value]) -> Option<()> {
        for (i, &item) in items.iter().enumerate() {
            if i > 0 {
                self.out.push_str(", ");
            }
            self.ty(item)?;
        }
        Some(())
    }

    /// A name in a module.
    fn name(&mut self, module: Gc<Module>, name: &str) -> Option<()> {
        let k = known();
        let base = julia::base();
        let exported = |module: Gc<Module>| {
            module
                .own_entry(symbol(name))
                .is_some_and(|entry| entry.has(object::BindingFlags::EXPORTED))
        };
        let alone =
            module == k.core_module && exported(module) || Some(module) == base && exported(module);
        if alone && is_identifier(name) {
            self.out.push_str(name);
            return Some(());
        }
        let root = packages::root_of(module);
        if root == k.main_module || root.name.get().as_str() == "__toplevel__" {
            return None;
        }
        if root != k.core_module && Some(root) != base {
            self.packages.insert(root.name.get().to_string());
        }
        self.path(module);
        self.out.push('.');
        if is_identifier(name) {
            self.out.push_str(name);
        } else if name.chars().all(|c| !c.is_alphanumeric() && c != '#' && c != '_' && c != '"') {
            self.out.push_str(&format!(":({name})"));
        } else {
            self.out.push_str(&format!("var{name:?}"));
        }
        Some(())
    }

    /// The names of a module and of those that it is in.
    fn path(&mut self, module: Gc<Module>) {
        for (i, part) in module.path().into_iter().enumerate() {
            if i > 0 {
                self.out.push('.');
            }
            self.out.push_str(part.as_str());
        }
    }

    fn type_name(&mut self, name: Gc<TypeName>) -> Option<()> {
        self.name(name.module.get(), name.name.get().as_str())
    }

    fn ty(&mut self, ty: Value) -> Option<()> {
        if let Some(d) = ty.cast::<DataType>() {
            return self.datatype(d);
        }
        if let Some(u) = ty.cast::<Union>() {
            self.out.push_str("Union{");
            self.ty(u.a.get())?;
            self.out.push_str(", ");
            self.ty(u.b.get())?;
            self.out.push('}');
        } else if let Some(name) = wrapped_name(ty) {
            self.type_name(name)?;
        } else if let Some(u) = ty.cast::<UnionAll>() {
            let var = u.var.get();
            let number = self.bound.len();
            self.out.push('(');
            self.bound.push(var);
            self.ty(u.body.get())?;
            self.bound.pop();
            self.out.push_str(" where ");
            let lower = var.lower.get() != known().bottom;
            if lower {
                self.ty(var.lower.get())?;
                self.out.push_str("<:");
            }
            self.out.push_str(&format!("T{number}"));
            if lower || var.upper.get() != known().any.value() {
                self.out.push_str("<:");
                self.ty(var.upper.get())?;
            }
            self.out.push(')');
        } else if let Some(v) = ty.cast::<TypeVar>() {
            let number = self.bound.iter().rposition(|&bound| bound == v)?;
            self.out.push_str(&format!("T{number}"));
        } else if let Some(v) = ty.cast::<Vararg>() {
            self.out.push_str("Vararg{");
            match v.element.get() {
                Some(element) => self.ty(element)?,
                None => self.out.push_str("Any"),
            }
            if let Some(count) = v.count.get() {
                self.out.push_str(", ");
                self.ty(count)?;
            }
            self.out.push('}');
        } else if ty == known().bottom {
            self.out.push_str("Union{}");
        } else {
            self.parameter(ty)?;
        }
        Some(())
    }

    fn datatype(&mut self, d: Gc<DataType>) -> Option<()> {
        let name = d.name.get();
        // The type of a function that has a name.
        if let (Some(instance), Some(function)) =
            (d.instance.get(), name.name.get().as_str().strip_prefix('#'))
            && name.module.get().get_global(symbol(function)) == Some(instance)
        {
            self.out.push_str("typeof(");
            self.name(name.module.get(), function)?;
            self.out.push(')');
            return Some(());
        }
        self.type_name(name)?;
        let parameters = d.parameters.get();
        if !parameters.is_empty() || d.is_tuple() {
            self.out.push('{');
            self.list(parameters.items())?;
            self.out.push('}');
        }
        Some(())
    }

    /// A parameter that is no type.
    fn parameter(&mut self, value: Value) -> Option<()> {
        if let Some(s) = value.cast::<Symbol>() {
            let text = s.as_str();
            match is_identifier(text) {
                true => self.out.push_str(&format!(":{text}")),
                false => self.out.push_str(&format!("Symbol({text:?})")),
            }
        } else if let Some(n) = object::unbox_int64(value) {
            self.out.push_str(&n.to_string());
        } else if value == known().true_ || value == known().false_ {
            self.out.push_str(if value == known().true_ { "true" } else { "false" });
        } else if value.datatype().is_tuple() {
            self.out.push('(');
            for i in 0..value.datatype().field_count() {
                self.ty(fields::get_nth(value, i)?)?;
                self.out.push_str(", ");
            }
            self.out.push(')');
        } else {
            let ty = value.datatype();
            if ty.instance.get() != Some(value) {
                return None;
            }
            self.datatype(ty)?;
            self.out.push_str(".instance");
        }
        Some(())
    }
}

fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && chars.all(|c| c.is_alphanumeric() || c == '_' || c == '!')
}

/// Where signatures are read: a module that sees the loaded packages by their names.
pub struct Reader {
    module: Gc<Module>,
    /// Keeps it.
    _roots: RootVec,
}

impl Reader {
    /// A reader of what names the packages that are loaded now.
    pub fn new() -> Reader {
        let module = runtime::module::new_module(symbol("__signatures__"), None);
        module.use_module(known().core_module);
        if let Some(base) = julia::base() {
            module.use_module(base);
            module.set_const("Base", base);
        }
        module.set_const("Core", known().core_module);
        for (id, root) in packages::loaded() {
            module.set_const(&id.name, root);
        }
        Reader { module, _roots: RootVec::of(&[module.value()]) }
    }

    /// What a call by its types, or a name, means: a tuple type, or another object.
    pub fn named(&self, text: &str) -> Result<Value> {
        julia::call_base("_named_call", &[self.module.value(), julia::string(text)])
    }

    /// The specialization that a call with this signature runs; none if there is no such method
    /// any more.
    pub fn resolve(&self, text: &str) -> Result<Option<Gc<MethodInstance>>> {
        Ok(specialization(eval::eval_source(self.module, text, "recording")?))
    }
}

/// The specialization that a call with these types runs.
pub fn specialization(types: Value) -> Option<Gc<MethodInstance>> {
    let tuple = types::unwrap_unionall(types).cast::<DataType>();
    if !tuple.is_some_and(|tuple| tuple.is_tuple()) {
        return None;
    }
    // What an image says of calls with exactly these types needs no look at methods.
    if let Some(instance) = types.cast().and_then(dispatch::image_edges::reached) {
        return Some(instance);
    }
    let found = dispatch::matching_methods(types, -1, world::current())?;
    let found = found.matches.into_iter().find(|one| one.fully_covers)?;
    Some(dispatch::specialize_match(&found, types))
}
