//! Modules: tables of bindings, and how names are resolved.
//!
//! As in Julia 1.10, a name is resolved on first use: to the module's own binding, to an imported
//! one, or to the one that exactly one of the `using` modules exports. The module's table then holds
//! a binding whose `owner` is the binding with the value.

use crate::known::known;
use crate::object::{Array, Binding, BindingFlags, Module, SimpleVector, Symbol};
use crate::value::{Gc, Value};

/// Why a name cannot be imported or assigned.
#[derive(Debug, thiserror::Error)]
pub enum BindingError {
    /// Assignment to an imported or used name.
    #[error("cannot assign a value to imported variable {0}")]
    AssignImported(String),
    /// Import of a name that the module has already.
    #[error("import of {0} into {1} conflicts with an existing identifier")]
    Conflict(String, String),
    /// Redefinition of a constant.
    #[error("invalid redefinition of constant {0}")]
    Constant(String),
    /// A constant declaration for a name that has a value already.
    #[error("cannot declare {0} constant; it already has a value")]
    AlreadyHasValue(String),
    /// A value of another type than the declared one.
    #[error("cannot assign an incompatible value to the global {0}.")]
    DeclaredType(String),
}

/// A new module. A root module is its own parent.
pub fn new_module(name: Gc<Symbol>, parent: Option<Gc<Module>>) -> Gc<Module> {
    let module = crate::gc::allocate_struct::<Module>();
    module.name.set(module, name);
    module.parent.set(module, Some(parent.unwrap_or(module)));
    module.bindings.set(module, SimpleVector::undefined(32));
    module.usings.set(module, Gc::<Array>::vector_of_any(&[]));
    module.file.set(module, known().empty_symbol);
    if let Some(parent) = parent {
        module.uuid_low.set(parent.uuid_low.get());
        module.uuid_high.set(parent.uuid_high.get());
    }
    module
}

fn slot_of(table: Gc<SimpleVector>, name: Gc<Symbol>) -> (usize, Option<Gc<Binding>>) {
    let mask = table.len() - 1;
    let mut at = name.hash as usize & mask;
    loop {
        match table.get(at) {
            None => return (at, None),
            Some(found) => {
                let binding: Gc<Binding> = found.cast_unchecked();
                if binding.name.get() == name {
                    return (at, Some(binding));
                }
            }
        }
        at = (at + 1) & mask;
    }
}

impl Gc<Module> {
    /// The binding in the module's own table, resolved or not.
    pub fn own_entry(self, name: Gc<Symbol>) -> Option<Gc<Binding>> {
        slot_of(self.bindings.get(), name).1
    }

    /// The entry of the module's own table, made if there is none.
    pub fn entry(self, name: Gc<Symbol>) -> Gc<Binding> {
        let (at, found) = slot_of(self.bindings.get(), name);
        if let Some(binding) = found {
            return binding;
        }
        let binding = crate::gc::allocate_struct::<Binding>();
        binding.module.set(binding, self);
        binding.name.set(binding, name);
        let table = self.bindings.get();
        table.set(at, Some(binding.value()));
        self.binding_count.set(self.binding_count.get() + 1);
        if self.binding_count.get() as usize * 2 > table.len() {
            let bigger = SimpleVector::undefined(table.len() * 2);
            for item in table.raw_items().iter().flatten() {
                let other: Gc<Binding> = item.cast_unchecked();
                let (at, _) = slot_of(bigger, other.name.get());
                bigger.set(at, Some(*item));
            }
            self.bindings.set(self, bigger);
        }
        binding
    }

    /// All entries of the table, sorted by name.
    pub fn entries(self) -> Vec<Gc<Binding>> {
        let mut all: Vec<Gc<Binding>> =
            self.bindings.get().raw_items().iter().flatten().map(|v| v.cast_unchecked()).collect();
        all.sort_by(|a, b| a.name.get().bytes().cmp(b.name.get().bytes()));
        all
    }

    /// The modules brought in by `using`.
    pub fn used_modules(self) -> impl DoubleEndedIterator<Item = Gc<Module>> {
        self.usings.get().references().iter().flatten().map(|v| v.cast_unchecked())
    }

    /// The binding that holds the value of a name, if the name has been resolved. Does not resolve
    /// it: a module may still define a name of its own that a used module exports.
    pub fn resolved(self, name: Gc<Symbol>) -> Option<Gc<Binding>> {
        self.own_entry(name)?.owner.get()
    }

    /// The binding that holds the value of a name, resolving it through `using`.
    pub fn lookup(self, name: Gc<Symbol>) -> Option<Gc<Binding>> {
        self.resolve(name, &mut Vec::new())
    }

    fn resolve(self, name: Gc<Symbol>, visiting: &mut Vec<Gc<Module>>) -> Option<Gc<Binding>> {
        let entry = self.own_entry(name);
        if let Some(owner) = entry.and_then(|b| b.owner.get()) {
            return Some(owner);
        }
        if visiting.contains(&self) {
            return None;
        }
        visiting.push(self);
        let found = self.resolve_using(name, visiting);
        visiting.pop();
        let owner = found?;
        if visiting.is_empty() {
            let entry = self.entry(name);
            entry.owner.set(entry, Some(owner));
        }
        Some(owner)
    }

    fn resolve_using(
        self,
        name: Gc<Symbol>,
        visiting: &mut Vec<Gc<Module>>,
    ) -> Option<Gc<Binding>> {
        let mut found: Option<Gc<Binding>> = None;
        for used in self.used_modules().collect::<Vec<_>>().into_iter().rev() {
            let Some(entry) = used.own_entry(name) else { continue };
            if !entry.has(BindingFlags::EXPORTED) {
                continue;
            }
            let Some(owner) = used.resolve(name, visiting) else { continue };
            match found {
                None => found = Some(owner),
                Some(known) if known == owner => {}
                Some(known) => {
                    let same = known.has(BindingFlags::CONST)
                        && owner.has(BindingFlags::CONST)
                        && known.value.get().is_some()
                        && known.value.get() == owner.value.get();
                    if known.has(BindingFlags::DEPRECATED) && !owner.has(BindingFlags::DEPRECATED) {
                        found = Some(owner);
                    } else if !same && !owner.has(BindingFlags::DEPRECATED) {
                        self.warn_ambiguous(name, known, owner);
                        return None;
                    }
                }
            }
        }
        found
    }

    fn warn_ambiguous(self, name: Gc<Symbol>, a: Gc<Binding>, b: Gc<Binding>) {
        let entry = self.entry(name);
        if !entry.has(BindingFlags::AMBIGUOUS) {
            entry.set(BindingFlags::AMBIGUOUS);
            eprintln!(
                "WARNING: both {} and {} export \"{}\"; uses of it in module {} must be qualified",
                b.module.get().name.get(),
                a.module.get().name.get(),
                name,
                self.name.get()
            );
        }
    }

    /// The value of a global, if it has one.
    pub fn get_global(self, name: Gc<Symbol>) -> Option<Value> {
        self.lookup(name)?.value.get()
    }

    /// The value of a global by its text, if it has one.
    pub fn global(self, name: &str) -> Option<Value> {
        self.get_global(crate::symbol::symbol(name))
    }

    /// The module's own binding for assignment or definition.
    pub fn binding_for_write(self, name: Gc<Symbol>) -> Result<Gc<Binding>, BindingError> {
        let entry = self.entry(name);
        match entry.owner.get() {
            Some(owner) if owner == entry => Ok(entry),
            Some(owner) if owner.value.get().is_none() && !entry.has(BindingFlags::IMPORTED) => {
                entry.owner.set(entry, Some(entry));
                Ok(entry)
            }
            Some(owner) => Err(BindingError::AssignImported(format!(
                "{}.{}",
                owner.module.get().name.get(),
                name
            ))),
            None => {
                entry.owner.set(entry, Some(entry));
                Ok(entry)
            }
        }
    }

    /// Makes a constant of the module, as booting does.
    pub fn set_const(self, name: &str, value: impl Into<Value>) {
        let entry = self.entry(crate::symbol::symbol(name));
        entry.owner.set(entry, Some(entry));
        entry.value.set(entry, Some(value.into()));
        entry.set(BindingFlags::CONST);
    }

    /// Exports a name.
    pub fn export(self, name: Gc<Symbol>) {
        let entry = self.entry(name);
        if !entry.has(BindingFlags::EXPORTED) {
            entry.set(BindingFlags::EXPORTED);
            self.export_count.set(self.export_count.get() + 1);
        }
    }

    /// `import from.name as alias`, or `using from: name` where not `explicit`.
    pub fn import(
        self,
        from: Gc<Module>,
        name: Gc<Symbol>,
        alias: Gc<Symbol>,
        explicit: bool,
    ) -> Result<(), BindingError> {
        let owner = match from.lookup(name) {
            Some(owner) => owner,
            None => {
                // As in Julia: importing an undefined name declares it in its module.
                let entry = from.entry(name);
                entry.owner.set(entry, Some(entry));
                entry
            }
        };
        let entry = self.entry(alias);
        match entry.owner.get() {
            Some(there) if there == owner => {}
            Some(there) if there == entry => {
                let same = entry.value.get().is_some()
                    && entry.has(BindingFlags::CONST)
                    && owner.has(BindingFlags::CONST)
                    && entry.value.get() == owner.value.get();
                if same {
                    return Ok(());
                }
                return Err(BindingError::Conflict(
                    format!("{}.{}", from.name.get(), name),
                    self.name.get().to_string(),
                ));
            }
            Some(_) if entry.has(BindingFlags::IMPORTED) => {
                return Err(BindingError::Conflict(
                    format!("{}.{}", from.name.get(), name),
                    self.name.get().to_string(),
                ));
            }
            _ => entry.owner.set(entry, Some(owner)),
        }
        if explicit {
            entry.set(BindingFlags::IMPORTED);
        }
        Ok(())
    }

    /// `using other`.
    pub fn use_module(self, other: Gc<Module>) {
        if self == other || self.used_modules().any(|m| m == other) {
            return;
        }
        self.usings.get().push_reference(other.value());
    }

    /// The module's path from its root: `["Base", "Broadcast"]`.
    pub fn path(self) -> Vec<Gc<Symbol>> {
        let mut path = vec![self.name.get()];
        let mut at = self;
        while let Some(parent) = at.parent.get()
            && parent != at
            && path.len() < 256
        {
            path.push(parent.name.get());
            at = parent;
        }
        if path.len() > 1 && path.last().is_some_and(|n| n.as_str() == "Main") {
            path.pop();
        }
        path.reverse();
        path
    }
}

impl Gc<Binding> {
    /// Assigns, checking constness and the declared type.
    pub fn assign(self, value: Value) -> Result<(), BindingError> {
        let name = || format!("{}.{}", self.module.get().name.get(), self.name.get());
        if let Some(ty) = self.declared_type.get()
            && !crate::types::isa(value, ty)
        {
            return Err(BindingError::DeclaredType(name()));
        }
        if self.has(BindingFlags::CONST)
            && let Some(old) = self.value.get()
        {
            if crate::egal::egal(old, value) {
                return Ok(());
            }
            let redefines_type = crate::object::is_type(old)
                || crate::object::is_type(value)
                || old.is::<Module>()
                || old.datatype() != value.datatype();
            if redefines_type {
                return Err(BindingError::Constant(name()));
            }
            eprintln!(
                "WARNING: redefinition of constant {}. This may fail, cause incorrect answers, or produce other errors.",
                name()
            );
            crate::world::invalidate_binding(self);
        }
        self.value.set(self, Some(value));
        Ok(())
    }

    /// `const name`: declares it constant.
    pub fn declare_const(self) -> Result<(), BindingError> {
        if self.value.get().is_some() && !self.has(BindingFlags::CONST) {
            return Err(BindingError::AlreadyHasValue(format!(
                "{}.{}",
                self.module.get().name.get(),
                self.name.get()
            )));
        }
        self.set(BindingFlags::CONST);
        Ok(())
    }
}
