//! Scope resolution: which variable or global each name means.
//!
//! Follows Julia's rules: a scope's locals are the names it declares and those it assigns that no
//! scope around it knows; at top level, assigned names are globals, and in loops there they are
//! ambiguous unless the REPL's soft scope is on.

use std::collections::HashMap;

use pkgimage_syntax::ast::{ModuleRef, Sym};

use super::ir::{
    Context, Ir, Lambda, LambdaId, MethodIr, Tmp, VarId, VarKind, is_internal_name, is_underscore,
};
use super::tree::is_valid_name;
use super::{Host, LowerError};

type Result<T> = std::result::Result<T, LowerError>;

/// Resolves a top-level expression; the result is its thunk.
pub(super) fn resolve(core: Ir, cx: &mut Context, host: &mut dyn Host) -> Result<Lambda> {
    let lambda = Lambda {
        id: cx.lambda_id(),
        name: Sym::new("top-level scope"),
        args: Vec::new(),
        is_vararg: false,
        sparams: Vec::new(),
        body: Ir::scope(vec![core]),
        is_toplevel: true,
        enclosing: None,
        arg_vars: Vec::new(),
        locals: Vec::new(),
        sparam_vars: Vec::new(),
        captures: Vec::new(),
        all_sparams: Vec::new(),
    };
    resolve_lambda(lambda, cx, host)
}

/// Resolves a function that stands in no other.
pub(super) fn resolve_lambda(
    lambda: Lambda,
    cx: &mut Context,
    host: &mut dyn Host,
) -> Result<Lambda> {
    let mut pass = Resolver { cx, host, frames: Vec::new(), lambdas: Vec::new() };
    pass.lambda(lambda)
}

#[derive(Clone, Copy, Debug)]
enum Binding {
    Arg(VarId),
    Local(VarId),
    Global,
    StaticParam(VarId),
    Tmp(Tmp),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    None,
    Arg,
    Local,
    Global,
    StaticParam,
}

/// The names of one scope.
struct Frame {
    names: HashMap<Sym, Binding>,
    /// In the order of declaration, for `@locals`.
    order: Vec<Sym>,
    /// Whether the function around is the top-level thunk.
    in_toplevel: bool,
    /// The outermost scope of a top-level expression.
    outermost: bool,
    soft: bool,
    hard: bool,
    /// Names that the outermost scope assigns.
    implicit_globals: Vec<Sym>,
    /// Ambiguous assignments to warn about.
    warn: Vec<Sym>,
}

/// A function being resolved.
struct Open {
    id: LambdaId,
    is_toplevel: bool,
    locals: Vec<VarId>,
}

/// What a block declares, nested scopes left out.
#[derive(Default)]
struct Declared {
    locals: Vec<Sym>,
    locals_def: Vec<Sym>,
    globals: Vec<Sym>,
    assigned: Vec<Sym>,
    hard: bool,
    soft: Option<bool>,
}

struct Resolver<'a> {
    cx: &'a mut Context,
    host: &'a mut dyn Host,
    frames: Vec<Frame>,
    lambdas: Vec<Open>,
}

fn push_new(list: &mut Vec<Sym>, name: Sym) {
    if !list.contains(&name) {
        list.push(name);
    }
}

fn collect(ir: &Ir, out: &mut Declared) {
    match ir {
        Ir::Scope(_) | Ir::TopLevel(_) => {}
        Ir::HardScope => out.hard = true,
        Ir::SoftScope(on) => out.soft = Some(*on),
        Ir::Local(x) => {
            if let Ir::Name(s) = **x
                && !is_underscore(s)
            {
                push_new(&mut out.locals, s);
            }
        }
        Ir::LocalDef(x) => {
            if let Ir::Name(s) = **x
                && !is_underscore(s)
            {
                push_new(&mut out.locals_def, s);
            }
        }
        Ir::GlobalDecl(x) => {
            if let Ir::Name(s) = **x {
                push_new(&mut out.globals, s);
            }
        }
        Ir::ConstIfGlobal(x) | Ir::DeclareFunction(x) => {
            if let Ir::Name(s) = **x {
                push_new(&mut out.assigned, s);
            }
        }
        Ir::Method(m) => {
            if let Some(Ir::Name(s)) = m.name {
                push_new(&mut out.assigned, s);
            }
            m.prelude.iter().chain(&m.arg_types).for_each(|x| collect(x, out));
        }
        Ir::Assign(target, value) => {
            if let Ir::Name(s) = **target
                && !is_underscore(s)
            {
                push_new(&mut out.assigned, s);
            }
            collect(value, out);
        }
        other => other.for_each_child(&mut |child| collect(child, out)),
    }
}

impl Resolver<'_> {
    fn lambda(&mut self, mut lambda: Lambda) -> Result<Lambda> {
        let mut names = HashMap::new();
        let mut order = Vec::new();
        lambda.sparam_vars = lambda
            .sparams
            .iter()
            .map(|s| self.cx.new_var(*s, lambda.id, VarKind::StaticParam))
            .collect();
        for (name, var) in lambda.sparams.iter().zip(&lambda.sparam_vars) {
            names.insert(*name, Binding::StaticParam(*var));
            order.push(*name);
        }
        lambda.all_sparams = lambda.sparam_vars.clone();
        for arg in &lambda.args {
            let var = self.cx.new_var(arg.name, lambda.id, VarKind::Arg);
            self.cx.var_mut(var).nospecialize = arg.nospecialize;
            lambda.arg_vars.push(var);
            names.insert(arg.name, Binding::Arg(var));
            order.push(arg.name);
        }
        self.frames.push(Frame {
            names,
            order,
            in_toplevel: lambda.is_toplevel,
            outermost: false,
            soft: false,
            hard: false,
            implicit_globals: Vec::new(),
            warn: Vec::new(),
        });
        self.lambdas.push(Open {
            id: lambda.id,
            is_toplevel: lambda.is_toplevel,
            locals: Vec::new(),
        });
        let body = std::mem::replace(&mut lambda.body, Ir::nothing());
        let body = match body {
            Ir::Scope(inner) => self.scope(*inner, true),
            other => self.resolve(other),
        };
        let open = self.lambdas.pop();
        self.frames.pop();
        lambda.body = body?;
        lambda.locals = open.map(|o| o.locals).unwrap_or_default();
        Ok(lambda)
    }

    fn lookup(&self, name: Sym) -> Option<Binding> {
        self.frames.iter().rev().find_map(|f| f.names.get(&name).copied())
    }

    fn kind(&self, name: Sym, exclude_top_level_globals: bool) -> Kind {
        for frame in self.frames.iter().rev() {
            match frame.names.get(&name) {
                Some(Binding::Arg(_)) => return Kind::Arg,
                Some(Binding::Local(_) | Binding::Tmp(_)) => return Kind::Local,
                Some(Binding::StaticParam(_)) => return Kind::StaticParam,
                Some(Binding::Global) => {
                    // A `global` at the outermost level of a top-level expression is no
                    // declaration for the functions and loops within.
                    return if exclude_top_level_globals && frame.in_toplevel && frame.outermost {
                        Kind::None
                    } else {
                        Kind::Global
                    };
                }
                None => {}
            }
        }
        Kind::None
    }

    fn error<T>(&self, message: impl Into<String>) -> Result<T> {
        self.cx.error(message)
    }

    fn is_defined_global(&mut self, name: Sym) -> bool {
        self.host.is_global_defined(self.cx.module, name)
    }

    /// A scope block. `is_body` is set for the outermost scope of a function.
    fn scope(&mut self, block: Ir, is_body: bool) -> Result<Ir> {
        let mut declared = Declared::default();
        collect(&block, &mut declared);
        let (in_toplevel, lambda_id) = match self.lambdas.last() {
            Some(open) => (open.is_toplevel, open.id),
            None => (true, LambdaId(0)),
        };
        let outermost = in_toplevel && is_body;
        let (parent_hard, parent_soft, parent_implicit) = match self.frames.last() {
            Some(f) => (f.hard, f.soft, f.implicit_globals.clone()),
            None => (false, false, Vec::new()),
        };
        let hard = in_toplevel && (parent_hard || declared.hard);
        let soft = in_toplevel && !hard && declared.soft.unwrap_or(parent_soft);
        let free_assigned: Vec<Sym> = declared
            .assigned
            .iter()
            .copied()
            .filter(|v| !declared.locals.contains(v) && !declared.locals_def.contains(v))
            .collect();
        let mut implicit_locals = Vec::new();
        let mut warn = Vec::new();
        if !outermost {
            for v in &free_assigned {
                let kind = self.kind(*v, true);
                if !matches!(kind, Kind::None | Kind::StaticParam) || declared.globals.contains(v) {
                    continue;
                }
                let ambiguous = in_toplevel
                    && !hard
                    && !is_internal_name(*v)
                    && (parent_implicit.contains(v) || self.is_defined_global(*v));
                if ambiguous && soft {
                    continue;
                }
                if ambiguous && kind == Kind::None {
                    warn.push(*v);
                }
                implicit_locals.push(*v);
            }
        }
        for v in &declared.globals {
            if declared.locals.contains(v) || declared.locals_def.contains(v) {
                return self.error(format!("variable \"{v}\" declared both local and global"));
            }
            if in_toplevel && matches!(self.kind(*v, false), Kind::Arg | Kind::Local) {
                return self.error(format!(
                    "`global {v}`: {v} is a local variable in its enclosing scope"
                ));
            }
        }
        for v in declared.locals.iter().chain(&declared.locals_def).chain(&declared.globals) {
            if !is_valid_name(*v) {
                return self.error(format!("invalid identifier name \"{v}\""));
            }
        }
        if is_body && !in_toplevel {
            for v in &declared.locals {
                if matches!(self.kind(*v, false), Kind::Arg) && self.is_own_arg(*v) {
                    return self
                        .error(format!("local variable name \"{v}\" conflicts with an argument"));
                }
            }
        }
        for v in declared.locals.iter().chain(&implicit_locals) {
            if self.kind(*v, false) == Kind::StaticParam {
                return self.error(format!(
                    "local variable name \"{v}\" conflicts with a static parameter"
                ));
            }
        }
        let mut names = HashMap::new();
        let mut order = Vec::new();
        let mut declarations = Vec::new();
        for v in declared.globals {
            names.insert(v, Binding::Global);
        }
        let mut plain = declared.locals;
        for v in implicit_locals {
            push_new(&mut plain, v);
        }
        for (v, def) in plain
            .into_iter()
            .map(|v| (v, false))
            .chain(declared.locals_def.iter().map(|v| (*v, true)))
        {
            if names.contains_key(&v) {
                continue;
            }
            let var = self.cx.new_var(v, lambda_id, VarKind::Local);
            names.insert(v, Binding::Local(var));
            order.push(v);
            if let Some(open) = self.lambdas.last_mut() {
                open.locals.push(var);
            }
            let target = Box::new(Ir::Var(var));
            declarations.push(if def { Ir::LocalDef(target) } else { Ir::Local(target) });
        }
        self.frames.push(Frame {
            names,
            order,
            in_toplevel,
            outermost,
            soft,
            hard,
            implicit_globals: if outermost { free_assigned } else { parent_implicit },
            warn,
        });
        let resolved = self.resolve(block);
        self.frames.pop();
        Ok(insert_after_meta(resolved?, declarations))
    }

    fn is_own_arg(&self, name: Sym) -> bool {
        let id = self.lambdas.last().map(|o| o.id);
        match self.lookup(name) {
            Some(Binding::Arg(var)) => Some(self.cx.var(var).owner) == id,
            _ => false,
        }
    }

    fn name(&mut self, name: Sym) -> Ir {
        match self.lookup(name) {
            Some(Binding::Arg(v) | Binding::Local(v) | Binding::StaticParam(v)) => Ir::Var(v),
            Some(Binding::Tmp(t)) => Ir::Tmp(t),
            Some(Binding::Global) => Ir::Global(self.cx.module, name),
            None if is_underscore(name) => Ir::Name(name),
            None => Ir::Global(self.cx.module, name),
        }
    }

    fn resolve(&mut self, ir: Ir) -> Result<Ir> {
        match ir {
            Ir::Name(s) => Ok(self.name(s)),
            Ir::Line(line, file) => {
                self.cx.set_line(line, file);
                Ok(Ir::Line(line, file))
            }
            Ir::Scope(inner) => self.scope(*inner, false),
            Ir::Bind(names, inner) => {
                let names = names.into_iter().map(|(n, t)| (n, Binding::Tmp(t))).collect();
                let (in_toplevel, soft, hard, implicit_globals) = match self.frames.last() {
                    Some(f) => (f.in_toplevel, f.soft, f.hard, f.implicit_globals.clone()),
                    None => (false, false, false, Vec::new()),
                };
                self.frames.push(Frame {
                    names,
                    order: Vec::new(),
                    in_toplevel,
                    outermost: false,
                    soft,
                    hard,
                    implicit_globals,
                    warn: Vec::new(),
                });
                let result = self.resolve(*inner);
                self.frames.pop();
                result
            }
            Ir::Local(_) | Ir::LocalDef(_) | Ir::HardScope | Ir::SoftScope(_) => Ok(Ir::nothing()),
            Ir::RequireExistingLocal(name) => {
                if matches!(self.kind(name, false), Kind::None | Kind::Global)
                    && self.lookup(name).is_none()
                {
                    return self
                        .error("no outer local variable declaration exists for \"for outer\"");
                }
                Ok(Ir::nothing())
            }
            Ir::IsLocal(name) => {
                Ok(Ir::bool(!matches!(self.kind(name, false), Kind::None | Kind::Global)))
            }
            Ir::IsGlobal(name) => {
                Ok(Ir::bool(matches!(self.kind(name, false), Kind::None | Kind::Global)))
            }
            Ir::Locals => Ok(self.locals()),
            Ir::Assign(target, value) => {
                if let Ir::Name(s) = *target {
                    self.warn_if_ambiguous(s);
                    // The value comes first: it may declare nothing, but lines inside it move on.
                    let value = self.resolve(*value)?;
                    let target = self.name(s);
                    if let Ir::Var(v) = target
                        && self.cx.var(v).kind == VarKind::StaticParam
                    {
                        return self.error(format!(
                            "local variable name \"{s}\" conflicts with a static parameter"
                        ));
                    }
                    return Ok(Ir::assign(target, value));
                }
                let target = self.resolve(*target)?;
                let value = self.resolve(*value)?;
                Ok(Ir::assign(target, value))
            }
            Ir::ConstIfGlobal(x) => {
                let x = self.resolve(*x)?;
                Ok(match x {
                    Ir::Global(..) => Ir::ConstDecl(Box::new(x)),
                    _ => Ir::nothing(),
                })
            }
            Ir::Decl(parts) => self.declaration(*parts),
            Ir::Method(m) => self.method(*m),
            other => other.try_map_children(&mut |child| self.resolve(child)),
        }
    }

    fn warn_if_ambiguous(&mut self, name: Sym) {
        for frame in self.frames.iter_mut().rev() {
            if let Some(at) = frame.warn.iter().position(|w| *w == name) {
                frame.warn.remove(at);
                let message = format!(
                    "Assignment to `{name}` in soft scope is ambiguous because a global variable \
                     by the same name exists: `{name}` will be treated as a new local. \
                     Disambiguate by using `local {name}` to suppress this warning or \
                     `global {name}` to assign to the existing global variable."
                );
                self.host.warn(&message, self.cx.location);
                return;
            }
        }
    }

    /// `x::T` as a declaration.
    fn declaration(&mut self, parts: [Ir; 2]) -> Result<Ir> {
        let [target, ty] = parts;
        let target = self.resolve(target)?;
        let ty = self.resolve(ty)?;
        match target {
            Ir::Var(v) => {
                let open = self.lambdas.last().map(|o| o.id);
                let info = self.cx.var(v);
                let name = info.name;
                if Some(info.owner) != open {
                    return self.error(format!("type of \"{name}\" declared in inner scope"));
                }
                if info.ty.is_some() {
                    return self.error(format!("multiple type declarations for \"{name}\""));
                }
                if !matches!(&ty, Ir::Global(ModuleRef::Core, s) if *s == "Any") {
                    self.cx.var_mut(v).ty = Some(ty);
                }
                Ok(Ir::nothing())
            }
            Ir::Global(m, s) => Ok(Ir::Block(vec![
                Ir::TopLevelOnly(format!("type declaration for global \"{s}\"")),
                Ir::core_call("set_binding_type!", [Ir::Module(m), Ir::quoted(s), ty]),
                Ir::nothing(),
            ])),
            other => Ok(Ir::core_call("typeassert", [other, ty])),
        }
    }

    fn method(&mut self, m: MethodIr) -> Result<Ir> {
        let name = m.name.map(|n| self.resolve(n)).transpose()?;
        let mut prelude = Vec::new();
        for x in m.prelude {
            prelude.push(self.resolve(x)?);
        }
        let mut arg_types = Vec::new();
        for x in m.arg_types {
            arg_types.push(self.resolve(x)?);
        }
        let location = self.cx.location;
        let lambda = self.lambda(m.lambda)?;
        self.cx.location = location;
        Ok(Ir::Method(Box::new(MethodIr {
            name,
            prelude,
            arg_types,
            lambda,
            type_vars: m.type_vars,
            location: m.location,
            is_kw_sorter: m.is_kw_sorter,
        })))
    }

    /// A dictionary of the visible local variables that are defined.
    fn locals(&mut self) -> Ir {
        let mut names: Vec<Sym> = Vec::new();
        for frame in self.frames.iter().rev() {
            for name in &frame.order {
                let text = name.as_str();
                let generated =
                    is_internal_name(*name) || text.contains('#') || is_underscore(*name);
                if !generated {
                    push_new(&mut names, *name);
                }
            }
        }
        let dict = self.cx.tmp();
        let ty =
            Ir::core_call("apply_type", [Ir::base("Dict"), Ir::core("Symbol"), Ir::core("Any")]);
        let mut out = vec![Ir::assign_tmp(dict, Ir::call(ty, []))];
        for name in names {
            let var = self.name(name);
            out.push(Ir::if_else(
                Ir::IsDefined(Box::new(var.clone())),
                Ir::base_call("setindex!", [Ir::Tmp(dict), var, Ir::quoted(name)]),
                Ir::nothing(),
            ));
        }
        out.push(Ir::Tmp(dict));
        Ir::Block(out)
    }
}

/// Puts statements behind the lines and metadata that a block starts with.
pub(super) fn insert_after_meta(block: Ir, statements: Vec<Ir>) -> Ir {
    if statements.is_empty() {
        return block;
    }
    match block {
        Ir::Block(mut all) => {
            let at = all.iter().take_while(|s| matches!(s, Ir::Line(..) | Ir::Meta(_))).count();
            all.splice(at..at, statements);
            Ir::Block(all)
        }
        other => {
            let mut all = statements;
            all.push(other);
            Ir::Block(all)
        }
    }
}
