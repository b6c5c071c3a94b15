//! What stands at an address of native code, for backtraces.
//!
//! Code says by name and hash of signature which method a place is in, and the line from the method's
//! first on, so that text added above changes nothing. What is there now is found by looking through the
//! methods of all modules, which is done when somebody wants to see a backtrace.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use pkgimage_inference::emit::names;
use pkgimage_ir::LocData;
use pkgimage_runtime as runtime;
use runtime::backtrace::CodeFrame;
use runtime::known::known;
use runtime::object::{DataType, Method, MethodInstance, MethodTable, Module};
use runtime::symbol::symbol;
use runtime::types::{hash_of, unwrap_unionall};
use runtime::value::Gc;
use runtime::{dispatch, world};

use crate::{images, jit, julia, packages};

thread_local! {
    static METHODS: RefCell<Methods> = RefCell::new(Methods::default());
}

/// All methods, by the hashes of their signatures.
#[derive(Default)]
struct Methods {
    /// The world in which they were looked for.
    world: u64,
    by_hash: HashMap<u32, Vec<Gc<Method>>>,
}

/// See [`runtime::hooks::Hooks::frames_at`].
pub fn frames_at(address: usize) -> Vec<CodeFrame> {
    let address = address as u64;
    let Some((start, locs)) = jit::place(address).or_else(|| images::place(address)) else {
        return Vec::new();
    };
    METHODS.with_borrow_mut(|methods| {
        if methods.world != world::current() {
            *methods = Methods::of_now();
        }
        let last = locs.len().saturating_sub(1);
        let frame = |(at, loc): (usize, &LocData)| methods.frame(loc, at < last, start);
        locs.iter().enumerate().map(frame).collect()
    })
}

/// The methods of now that were defined in a file.
pub fn methods_of_file(path: &str) -> Vec<Gc<Method>> {
    let methods = Methods::of_now();
    let all = methods.by_hash.into_values().flatten();
    let mut found: Vec<Gc<Method>> = all.filter(|m| m.file.get().as_str() == path).collect();
    found.sort_by_key(|method| (method.line.get(), method.primary_world.get(), method.address()));
    found
}

impl Methods {
    fn of_now() -> Methods {
        let mut methods = Methods { world: world::current(), by_hash: HashMap::new() };
        let mut tables: HashSet<Gc<MethodTable>> = HashSet::new();
        let mut modules: HashSet<Gc<Module>> = HashSet::new();
        let mut pending: Vec<Gc<Module>> = vec![known().core_module, known().main_module];
        pending.extend(julia::base());
        pending.extend(packages::loaded().into_iter().map(|(_, root)| root));
        while let Some(module) = pending.pop() {
            if !modules.insert(module) {
                continue;
            }
            for binding in module.entries() {
                let Some(value) = binding.value.get() else { continue };
                if let Some(inner) = value.cast::<Module>() {
                    pending.push(inner);
                    continue;
                }
                let ty = unwrap_unionall(value).cast::<DataType>();
                for ty in ty.into_iter().chain([value.datatype()]) {
                    if let Some(table) = ty.name.get().method_table.get()
                        && tables.insert(table)
                    {
                        methods.add(table);
                    }
                }
            }
        }
        methods
    }

    fn add(&mut self, table: Gc<MethodTable>) {
        for method in dispatch::methods_of(table, self.world) {
            self.by_hash.entry(hash_of(method.signature.get())).or_default().push(method);
        }
    }

    fn frame(&self, loc: &LocData, inlined: bool, start: u64) -> CodeFrame {
        let is_it = |method: &&Gc<Method>| {
            loc.method.strip_suffix(method.name.get().as_str()).and_then(|m| m.strip_suffix('.'))
                == Some(&names::module_text(method.module.get()))
        };
        let method = self.by_hash.get(&loc.signature).and_then(|list| list.iter().find(is_it));
        let Some(&method) = method else {
            // The method is gone; its name is not.
            let name = loc.method.rsplit('.').next().unwrap_or_default();
            return CodeFrame {
                function: symbol(name),
                file: symbol(&loc.file),
                line: loc.line,
                method: None,
                instance: None,
                inlined,
            };
        };
        // A macro's code stands in another file.
        let own = method.file.get();
        let is_own = own.as_str().rsplit('/').next() == Some(&loc.file);
        CodeFrame {
            function: method.name.get(),
            file: if is_own { own } else { symbol(&loc.file) },
            line: loc.line + method.line.get().max(0) as u32,
            method: Some(method),
            instance: if inlined { None } else { instance_at(method, start) },
            inlined,
        }
    }
}

/// The specialization of a method whose code begins at an address.
fn instance_at(method: Gc<Method>, start: u64) -> Option<Gc<MethodInstance>> {
    let has_code = |instance: &Gc<MethodInstance>| {
        let mut code = instance.cache.get();
        while let Some(at) = code {
            if [at.specialized.get() as u64, at.invoke.get() as u64].contains(&start) {
                return true;
            }
            code = at.next.get();
        }
        false
    };
    dispatch::specializations_of(method).into_iter().find(has_code)
}
