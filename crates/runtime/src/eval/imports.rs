//! `export`, `using` and `import`: paths of modules, and what they make visible where.

use pkgimage_syntax::ast::{self, Node, Sym};

use crate::error::{self, Result, Thrown};
use crate::known::known;
use crate::object::Module;
use crate::symbol::symbol;
use crate::value::{Gc, Value};

/// `export a, b`.
pub(super) fn export(module: Gc<Module>, e: &ast::Expr) -> Result<Value> {
    crate::definitions::change(module);
    for name in &e.args {
        if let Node::Symbol(name) = name
            && e.head == "export"
        {
            module.export(symbol(name.as_str()));
        }
    }
    Ok(known().nothing)
}

fn malformed() -> Thrown {
    error::error("syntax: malformed import statement")
}

/// `Expr(:., names...)`: leading dots, then names.
fn path_of(node: &Node) -> Result<(usize, Vec<Sym>)> {
    let Some(e) = node.as_expr_of(".") else { return Err(malformed()) };
    let mut dots = 0;
    let mut names = Vec::new();
    for part in &e.args {
        match part {
            Node::Symbol(s) if *s == "." && names.is_empty() => dots += 1,
            Node::Symbol(s) => names.push(*s),
            _ => return Err(malformed()),
        }
    }
    Ok((dots, names))
}

/// The module that a path names, up to (but not including) its last name if `leave_last`.
fn resolve_path(
    module: Gc<Module>,
    dots: usize,
    names: &[Sym],
    leave_last: bool,
) -> Result<(Gc<Module>, Option<Sym>)> {
    let mut rest = names;
    let mut at = if dots == 0 {
        let Some((first, others)) = rest.split_first() else {
            return Err(malformed());
        };
        rest = others;
        root_module(module, *first)?
    } else {
        let mut at = module;
        for _ in 1..dots {
            at = at.parent.get().unwrap_or(at);
        }
        at
    };
    loop {
        let Some((first, others)) = rest.split_first() else { return Ok((at, None)) };
        if others.is_empty() && leave_last {
            return Ok((at, Some(*first)));
        }
        let name = symbol(first.as_str());
        let Some(value) = at.get_global(name) else { return Err(error::undef_var(name)) };
        let Some(next) = value.cast::<Module>() else {
            return Err(error::error(&format!(
                "invalid using path: \"{first}\" does not name a module"
            )));
        };
        at = next;
        rest = others;
    }
}

/// The root module of this name: Core, Base, Main, or a package, loaded now if need be.
fn root_module(module: Gc<Module>, name: Sym) -> Result<Gc<Module>> {
    let k = known();
    match name.as_str() {
        "Core" => return Ok(k.core_module),
        "Main" => return Ok(k.main_module),
        "Base" => {
            if let Some(base) = k.base_module.cast::<Module>() {
                return Ok(base);
            }
        }
        _ => {}
    }
    crate::loading::require(module, symbol(name.as_str()))
}

/// `using` and `import`, in all their forms.
pub(super) fn import(module: Gc<Module>, e: &ast::Expr) -> Result<Value> {
    let explicit = e.head == "import";
    crate::definitions::change(module);
    for item in &e.args {
        let Node::Expr(part) = item else { return Err(malformed()) };
        match part.head.as_str() {
            ":" => {
                let Some((path, all)) = part.args.split_first() else { return Err(malformed()) };
                let (dots, names) = path_of(path)?;
                let (from, _) = resolve_path(module, dots, &names, false)?;
                for wanted in all {
                    let (path, alias) = split_alias(wanted)?;
                    let (_, names) = path_of(path)?;
                    let (owner, last) = resolve_relative(from, &names)?;
                    let alias = alias.unwrap_or(last);
                    import_one(module, owner, last, alias, explicit)?;
                }
            }
            "." | "as" => {
                let (path, alias) = split_alias(item)?;
                let (dots, names) = path_of(path)?;
                if explicit {
                    let leave_last = dots > 0 || names.len() > 1;
                    let (from, last) = resolve_path(module, dots, &names, leave_last)?;
                    match last {
                        Some(last) => import_one(module, from, last, alias.unwrap_or(last), true)?,
                        None => bind_module(module, from, alias)?,
                    }
                } else {
                    let (used, _) = resolve_path(module, dots, &names, false)?;
                    module.use_module(used);
                    bind_module(module, used, alias)?;
                }
            }
            _ => return Err(malformed()),
        }
    }
    Ok(known().nothing)
}

/// The path, and the name that it gets with `as`.
fn split_alias(node: &Node) -> Result<(&Node, Option<Sym>)> {
    match node.as_expr_of("as") {
        Some(e) => match (e.args.first(), e.args.get(1)) {
            (Some(path), Some(Node::Symbol(alias))) => Ok((path, Some(*alias))),
            _ => Err(malformed()),
        },
        None => Ok((node, None)),
    }
}

/// The module that holds the last of these names, and that.
fn resolve_relative(from: Gc<Module>, names: &[Sym]) -> Result<(Gc<Module>, Sym)> {
    let mut at = from;
    let Some((last, path)) = names.split_last() else {
        return Err(malformed());
    };
    for name in path {
        let name = symbol(name.as_str());
        at = match at.get_global(name).and_then(|v| v.cast::<Module>()) {
            Some(next) => next,
            None => return Err(error::undef_var(name)),
        };
    }
    Ok((at, *last))
}

/// Makes one name of a module visible in another, perhaps under another name.
fn import_one(
    module: Gc<Module>,
    from: Gc<Module>,
    name: Sym,
    alias: Sym,
    explicit: bool,
) -> Result<()> {
    let (name, alias) = (symbol(name.as_str()), symbol(alias.as_str()));
    if from.lookup(name).is_none() {
        eprintln!(
            "WARNING: could not import {}.{} into {}",
            from.name.get(),
            name,
            module.name.get()
        );
    }
    if let Err(e) = module.import(from, name, alias, explicit) {
        // As in Julia, a conflict is a warning and the module keeps what it has.
        eprintln!("WARNING: {e}");
    }
    Ok(())
}

/// `using A` and `import A` make `A` itself visible.
fn bind_module(module: Gc<Module>, used: Gc<Module>, alias: Option<Sym>) -> Result<()> {
    let name = alias.map_or(used.name.get(), |a| symbol(a.as_str()));
    let entry = module.entry(name);
    match entry.owner.get() {
        Some(owner) if owner.value.get() == Some(used.value()) => return Ok(()),
        Some(owner) if owner.value.get().is_some() => {
            eprintln!(
                "WARNING: import of {name} into {} conflicts with an existing identifier; ignored.",
                module.name.get()
            );
            return Ok(());
        }
        _ => {}
    }
    let own = used.own_entry(used.name.get()).filter(|b| b.value.get() == Some(used.value()));
    match own {
        Some(binding) => entry.owner.set(entry, Some(binding)),
        None => {
            entry.owner.set(entry, Some(entry));
            entry.value.set(entry, Some(used.value()));
            entry.set(crate::object::BindingFlags::CONST);
        }
    }
    Ok(())
}
