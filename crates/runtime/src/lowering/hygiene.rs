//! Hygiene: what a macro introduced is renamed, what it refers to is resolved in its own module.
//!
//! Within a hygienic scope, a name that the expansion assigns, declares local or takes as an
//! argument becomes a fresh name; every other name becomes a global reference into the macro's
//! module. `Expr(:escape, x)` leaves the innermost scope, so `x` means what it means around it.
//! Names of keyword arguments, fields and named tuples stay.

use std::collections::BTreeMap;
use std::rc::Rc;

use pkgimage_syntax::ast::{Expr, ModuleRef, Node, Sym};

use super::expand::module_of;
use super::tree::*;
use super::{Host, LowerError};

/// Removes all hygienic scopes of an expanded tree.
pub(super) fn resolve(
    node: Node,
    module: ModuleRef,
    for_lowering: bool,
    host: &mut dyn Host,
) -> Result<Node, LowerError> {
    if !contains(&node, &mut |n| has_head(n, "hygienic-scope")) {
        return Ok(node);
    }
    let mut pass = Hygiene { module, for_lowering, host, enclosing: None, fresh: BTreeMap::new() };
    let mut labels = vec![BTreeMap::new()];
    let node = pass.rename_labels(node, &mut labels, true);
    Ok(pass.outside(&node))
}

struct Hygiene<'h> {
    module: ModuleRef,
    for_lowering: bool,
    host: &'h mut dyn Host,
    /// The function or type whose definition is being walked.
    enclosing: Option<Sym>,
    /// How many fresh names there are for each name within `enclosing`.
    fresh: BTreeMap<&'static str, u32>,
}

/// What names mean, innermost first.
type Env = Option<Rc<EnvEntry>>;

struct EnvEntry {
    name: Sym,
    renamed: Sym,
    next: Env,
}

fn lookup(env: &Env, name: Sym) -> Option<Sym> {
    let mut at = env.as_ref();
    while let Some(entry) = at {
        if entry.name == name {
            return Some(entry.renamed);
        }
        at = entry.next.as_ref();
    }
    None
}

fn bind(env: Env, name: Sym, renamed: Sym) -> Env {
    Some(Rc::new(EnvEntry { name, renamed, next: env }))
}

/// The scopes around a hygienic scope, which `escape` leads to.
struct Outer<'a> {
    env: Env,
    module: ModuleRef,
    parent: Option<&'a Outer<'a>>,
}

/// Where the walk is.
#[derive(Clone, Copy)]
struct At<'a> {
    module: ModuleRef,
    outer: &'a Outer<'a>,
    /// Within the formal arguments of a function.
    in_args: bool,
}

impl Hygiene<'_> {
    /// A fresh name for a variable of this name.
    fn rename(&mut self, name: Sym) -> Sym {
        // Inside a definition the names are local to it: numbers start anew for each definition,
        // so that code elsewhere in the module changes nothing here. At top level the name can
        // become a global, and has to be the only one of its kind.
        if self.for_lowering && self.enclosing.is_some() {
            let n = self.fresh.entry(name.as_str()).or_insert(0);
            *n += 1;
            return Sym::new(&format!("##{n}#{name}"));
        }
        let n = self.host.next_ordinal(self.module, &format!("##{name}"));
        Sym::new(&format!("#{n}#{name}"))
    }

    fn within<T>(&mut self, node: &Node, f: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.enclosing;
        if before.is_none() {
            self.enclosing = defined_name(node);
            if self.enclosing.is_some() {
                self.fresh.clear();
            }
        }
        let result = f(self);
        self.enclosing = before;
        result
    }

    /// Walks code outside of any hygienic scope.
    fn outside(&mut self, node: &Node) -> Node {
        let Node::Expr(e) = node else { return node.clone() };
        match e.head.as_str() {
            "inert" | "module" => node.clone(),
            "hygienic-scope" if e.args.len() >= 2 => {
                let module = module_of(&e.args[1]).unwrap_or(self.module);
                // Escapes of the outermost scope lead back to here.
                let outer = Outer { env: None, module, parent: None };
                let at = At { module, outer: &outer, in_args: false };
                self.resolve_new_at(&e.args[0], &None, at, true)
            }
            _ => self.within(node, |pass| {
                let args = e.args.iter().map(|a| pass.outside(a)).collect();
                Node::expr_at(e.head.as_str(), args, e.span)
            }),
        }
    }

    fn resolve_new(&mut self, node: &Node, env: &Env, at: At) -> Node {
        self.resolve_new_at(node, env, at, false)
    }

    fn resolve_new_at(&mut self, node: &Node, env: &Env, at: At, outermost: bool) -> Node {
        self.within(node, |pass| {
            // The bindings of a `let` need the environment around it, too.
            let env = if has_head(node, "let") {
                env.clone()
            } else {
                pass.new_env(node, env, outermost)
            };
            pass.resolve(node, &env, at)
        })
    }

    /// Walks code within a hygienic scope.
    fn resolve(&mut self, node: &Node, env: &Env, at: At) -> Node {
        let e = match node {
            Node::Symbol(s) => {
                if matches!(s.as_str(), "end" | "begin" | "ccall" | "cglobal") {
                    return node.clone();
                }
                return match lookup(env, *s) {
                    Some(renamed) => Node::Symbol(renamed),
                    None => Node::GlobalRef(at.module, *s),
                };
            }
            Node::Expr(e) if !is_quoted(node) || e.head == "meta" || e.head == "line" => e,
            _ => return node.clone(),
        };
        let rebuild = |args: Vec<Node>| Node::expr_at(e.head.as_str(), args, e.span);
        match e.head.as_str() {
            "let" => self.resolve_let(e, env, at),
            "ssavalue" | "symboliclabel" | "symbolicgoto" => node.clone(),
            "escape" => {
                let Some(inner) = e.args.first() else { return node.clone() };
                match at.outer.parent {
                    None => self.outside(inner),
                    Some(parent) => {
                        let up = At { module: at.outer.module, outer: parent, in_args: at.in_args };
                        let env = at.outer.env.clone();
                        self.resolve_new(inner, &env, up)
                    }
                }
            }
            "hygienic-scope" if e.args.len() >= 2 => {
                let outer = Outer { env: env.clone(), module: at.module, parent: Some(at.outer) };
                let module = module_of(&e.args[1]).unwrap_or(self.module);
                let inner = At { module, outer: &outer, in_args: at.in_args };
                self.resolve_new_at(&e.args[0], env, inner, true)
            }
            "global" => {
                let args = e.args.iter().map(|arg| match arg {
                    Node::Symbol(_) => arg.clone(),
                    _ if is_assignment(arg) => match arg {
                        Node::Expr(a) => expr(
                            "=",
                            [unescape(&a.args[0]).clone(), self.resolve_new(&a.args[1], env, at)],
                        ),
                        _ => arg.clone(),
                    },
                    other => self.resolve_new(other, env, at),
                });
                let args = args.collect();
                rebuild(args)
            }
            "using" | "import" | "export" | "public" | "meta" | "line" | "inbounds"
            | "boundscheck" | "loopinfo" => {
                rebuild(e.args.iter().map(|a| unescape(a).clone()).collect())
            }
            "macrocall" | "inert" => node.clone(),
            "struct" if e.args.len() == 3 => {
                let signature = self.resolve(&e.args[1], env, at);
                let body = match &e.args[2] {
                    Node::Expr(b) => {
                        let fields = b.args.iter().map(|f| self.resolve_field(f, env, at));
                        let fields = fields.collect();
                        Node::expr_at(b.head.as_str(), fields, b.span)
                    }
                    other => other.clone(),
                };
                rebuild(vec![e.args[0].clone(), signature, body])
            }
            "parameters" => {
                let args = e.args.iter().map(|x| match x {
                    // `x` by itself after `;` means `x=x`.
                    Node::Symbol(_) if !at.in_args => {
                        expr("kw", [x.clone(), self.resolve(x, env, at)])
                    }
                    _ => self.resolve(x, env, At { in_args: false, ..at }),
                });
                let args = args.collect();
                rebuild(args)
            }
            "=" | "function" if e.args.len() == 2 && is_function_def(node) => {
                let signature = self.resolve_function_lhs(&e.args[0], env, at);
                let body = self.resolve_new(&e.args[1], env, at);
                rebuild(vec![signature, body])
            }
            "->" if e.args.len() == 2 => {
                let signature = self.resolve_arrow_lhs(&e.args[0], env, at);
                let body = self.resolve_new(&e.args[1], env, at);
                rebuild(vec![signature, body])
            }
            "kw" if e.args.len() == 2 => {
                let name = |pass: &mut Self, n: &Node| {
                    if at.in_args { pass.resolve(n, env, at) } else { unescape(n).clone() }
                };
                let left = match as_head(&e.args[0], "::") {
                    Some(d) if d.args.len() == 2 => {
                        let left = name(self, &d.args[0]);
                        let ty = self.resolve(&d.args[1], env, at);
                        expr("::", [left, ty])
                    }
                    _ => name(self, &e.args[0]),
                };
                let value = self.resolve_new(&e.args[1], env, at);
                rebuild(vec![left, value])
            }
            "tuple" => {
                let args = e.args.iter().map(|x| match as_head(x, "=") {
                    Some(a) if a.args.len() == 2 => expr(
                        "=",
                        [unescape(&a.args[0]).clone(), self.resolve_new(&a.args[1], env, at)],
                    ),
                    _ => self.resolve_new(x, env, at),
                });
                let args = args.collect();
                rebuild(args)
            }
            _ => {
                let args = e.args.iter().map(|x| self.resolve_new(x, env, at)).collect();
                rebuild(args)
            }
        }
    }

    fn resolve_let(&mut self, e: &Expr, env: &Env, at: At) -> Node {
        let node = Node::Expr(Box::new(e.clone()));
        let inner = self.new_env(&node, env, false);
        let Some([binds, body]) = e.args.get(..2).and_then(|a| <&[Node; 2]>::try_from(a).ok())
        else {
            return node;
        };
        let mut resolved = Vec::new();
        for bind in statements(binds) {
            resolved.push(match as_head(bind, "=") {
                Some(a) if a.args.len() == 2 => {
                    if is_eventually_call(&a.args[0]) {
                        self.resolve_new(bind, &inner, at)
                    } else {
                        let left = self.resolve(&a.args[0], &inner, at);
                        let right = self.resolve(&a.args[1], env, at);
                        expr("=", [left, right])
                    }
                }
                _ => self.resolve(bind, &inner, at),
            });
        }
        let body = self.resolve(body, &inner, at);
        Node::expr_at("let", vec![expr("block", resolved), body], e.span)
    }

    fn resolve_field(&mut self, field: &Node, env: &Env, at: At) -> Node {
        match field {
            Node::Expr(f) if f.head == "::" && f.args.len() == 2 => {
                let ty = self.resolve(&f.args[1], env, at);
                expr("::", [f.args[0].clone(), ty])
            }
            Node::Expr(f) if matches!(f.head.as_str(), "const" | "atomic") => {
                let args = f.args.iter().map(|x| self.resolve_field(x, env, at)).collect();
                Node::expr_at(f.head.as_str(), args, f.span)
            }
            Node::Expr(_) => self.resolve_new(field, env, at),
            other => other.clone(),
        }
    }

    /// The left side of a function definition: only what is within the argument list counts as
    /// formal arguments.
    fn resolve_function_lhs(&mut self, node: &Node, env: &Env, at: At) -> Node {
        match node {
            Node::Expr(e) if matches!(e.head.as_str(), "where" | "::") && !e.args.is_empty() => {
                let mut args = vec![self.resolve_function_lhs(&e.args[0], env, at)];
                for other in &e.args[1..] {
                    args.push(self.resolve_new(other, env, at));
                }
                Node::expr_at(e.head.as_str(), args, e.span)
            }
            Node::Expr(e) if e.head == "call" && !e.args.is_empty() => {
                let mut args = vec![self.resolve_new(&e.args[0], env, at)];
                for arg in &e.args[1..] {
                    args.push(self.resolve_new(arg, env, At { in_args: true, ..at }));
                }
                Node::expr_at("call", args, e.span)
            }
            other => self.resolve_new(other, env, at),
        }
    }

    /// The left side of an anonymous function; optional arguments are assignments in a tuple.
    fn resolve_arrow_lhs(&mut self, node: &Node, env: &Env, at: At) -> Node {
        let formal = At { in_args: true, ..at };
        match node {
            Node::Expr(e) if e.head == "where" && !e.args.is_empty() => {
                let mut args = vec![self.resolve_arrow_lhs(&e.args[0], env, at)];
                for other in &e.args[1..] {
                    args.push(self.resolve_new(other, env, at));
                }
                Node::expr_at("where", args, e.span)
            }
            Node::Expr(e) if matches!(e.head.as_str(), "tuple" | "block") => {
                let args = e.args.iter().map(|arg| match as_head(arg, "=") {
                    Some(a) if a.args.len() == 2 => {
                        let name = self.resolve(&a.args[0], env, formal);
                        expr("=", [name, self.resolve_new(&a.args[1], env, at)])
                    }
                    _ => self.resolve_new(arg, env, formal),
                });
                let args = args.collect();
                Node::expr_at(e.head.as_str(), args, e.span)
            }
            other => self.resolve_new(other, env, formal),
        }
    }

    /// The environment within `node`: that around it and what `node` introduces.
    fn new_env(&mut self, node: &Node, env: &Env, outermost: bool) -> Env {
        let Node::Expr(_) = node else { return env.clone() };
        let introduced = introduced_by(node);
        if introduced.is_none() && !outermost {
            return env.clone();
        }
        let introduced = introduced.unwrap_or_default();
        let mut globals = Vec::new();
        declared_vars(node, "global", true, &mut globals);
        let mut names = Vec::new();
        declared_vars(node, "local", true, &mut names);
        assigned_vars(node, true, &mut names);
        names.extend(introduced.names);
        let mut seen: Vec<Sym> = Vec::new();
        let mut result = env.clone();
        for keyword in introduced.keywords {
            result = bind(result, keyword, keyword);
        }
        for name in names {
            if seen.contains(&name) || globals.contains(&name) || lookup(env, name).is_some() {
                continue;
            }
            seen.push(name);
            let renamed = self.rename(name);
            result = bind(result, name, renamed);
        }
        for name in introduced.kept {
            result = bind(result, name, name);
        }
        result
    }

    /// Labels of `@goto` are hygienic as well: each scope has its own.
    fn rename_labels(
        &mut self,
        node: Node,
        scopes: &mut Vec<BTreeMap<&'static str, Sym>>,
        outermost: bool,
    ) -> Node {
        let Node::Expr(e) = node else { return node };
        let e = *e;
        match e.head.as_str() {
            "inert" | "quote" | "copyast" | "meta" => Node::Expr(Box::new(e)),
            "hygienic-scope" => {
                scopes.push(BTreeMap::new());
                let result = self.rename_label_args(e, scopes, false);
                scopes.pop();
                result
            }
            "escape" if scopes.len() > 1 => {
                let innermost = scopes.pop();
                let outermost = scopes.len() == 1;
                let result = self.rename_label_args(e, scopes, outermost);
                scopes.extend(innermost);
                result
            }
            "symbolicgoto" | "symboliclabel" if !outermost => {
                let Some(Node::Symbol(label)) = e.args.first() else {
                    return Node::Expr(Box::new(e));
                };
                let label = *label;
                let known = scopes.last().and_then(|s| s.get(label.as_str()).copied());
                let renamed = known.unwrap_or_else(|| self.rename(label));
                if let Some(scope) = scopes.last_mut() {
                    scope.insert(label.as_str(), renamed);
                }
                Node::expr_at(e.head.as_str(), vec![Node::Symbol(renamed)], e.span)
            }
            _ => self.rename_label_args(e, scopes, outermost),
        }
    }

    fn rename_label_args(
        &mut self,
        e: Expr,
        scopes: &mut Vec<BTreeMap<&'static str, Sym>>,
        outermost: bool,
    ) -> Node {
        let args = e.args.into_iter().map(|a| self.rename_labels(a, scopes, outermost)).collect();
        Node::Expr(Box::new(Expr { head: e.head, args, span: e.span }))
    }
}

fn unescape(node: &Node) -> &Node {
    match node {
        Node::Expr(e) if e.head == "escape" && e.args.len() == 1 => &e.args[0],
        other => other,
    }
}

/// The name of the function or type that the tree defines.
fn defined_name(node: &Node) -> Option<Sym> {
    fn name_of(signature: &Node) -> Option<Sym> {
        match signature {
            Node::Symbol(s) | Node::GlobalRef(_, s) => Some(*s),
            Node::Quote(inner) => name_of(inner),
            Node::Expr(e) => match e.head.as_str() {
                "." => e.args.get(1).and_then(name_of),
                "call" | "where" | "curly" | "<:" | "escape" | "hygienic-scope" => {
                    e.args.first().and_then(name_of)
                }
                "::" => e.args.last().and_then(name_of),
                "tuple" => None,
                _ => None,
            },
            _ => None,
        }
    }
    match node {
        Node::Expr(e) => match e.head.as_str() {
            "function" | "macro" => e.args.first().and_then(name_of),
            "=" if is_function_def(node) => e.args.first().and_then(name_of),
            "struct" => e.args.get(1).and_then(name_of),
            _ => None,
        },
        _ => None,
    }
}

/// What a binding form introduces.
#[derive(Default)]
struct Introduced {
    /// Variables, to be renamed.
    names: Vec<Sym>,
    /// Names that mean themselves (a type within its own definition).
    kept: Vec<Sym>,
    /// Keyword arguments.
    keywords: Vec<Sym>,
}

fn introduced_by(node: &Node) -> Option<Introduced> {
    let Node::Expr(e) = node else { return None };
    let mut out = Introduced::default();
    match e.head.as_str() {
        "function" if e.args.len() == 2 => {
            if !signature_vars(&e.args[0], &mut out) {
                return None;
            }
        }
        "=" if e.args.len() == 2 => {
            if let Some(alias) = as_head(&e.args[0], "curly") {
                typevar_names(alias.args.get(1..).unwrap_or_default(), &mut out.names);
            } else if !is_eventually_call(&e.args[0]) || !signature_vars(&e.args[0], &mut out) {
                return None;
            }
        }
        "->" if e.args.len() == 2 => {
            let mut signature = &e.args[0];
            while let Some(w) = as_head(signature, "where") {
                typevar_names(w.args.get(1..).unwrap_or_default(), &mut out.names);
                match w.args.first() {
                    Some(inner) => signature = inner,
                    None => break,
                }
            }
            arrow_vars(signature, &mut out);
        }
        "where" => typevar_names(e.args.get(1..).unwrap_or_default(), &mut out.names),
        "let" if !e.args.is_empty() => {
            for bind in statements(&e.args[0]) {
                match bind {
                    _ if is_symdecl(bind) => out.names.extend(lhs_vars(bind)),
                    Node::Expr(a) if a.head == "=" && a.args.len() == 2 => {
                        if is_eventually_call(&a.args[0]) {
                            out.names.extend(decl_var_of_call(&a.args[0]));
                        } else {
                            out.names.extend(lhs_vars(&a.args[0]));
                        }
                    }
                    _ => {}
                }
            }
        }
        "macro" if e.args.len() == 2 => {
            if let Some(c) = as_head(&e.args[0], "call") {
                formal_args(c.args.get(1..).unwrap_or_default(), &mut out);
            }
        }
        "try" => {
            if let Some(Node::Symbol(s)) = e.args.get(1) {
                out.names.push(*s)
            }
        }
        "struct" if e.args.len() == 3 => {
            typedef_vars(&e.args[1], &mut out);
            out.kept.push(Sym::new("new"));
        }
        "abstract" | "primitive" if !e.args.is_empty() => typedef_vars(&e.args[0], &mut out),
        _ => return None,
    }
    Some(out)
}

fn typedef_vars(signature: &Node, out: &mut Introduced) {
    match unescape(signature) {
        Node::Symbol(s) => out.kept.push(*s),
        Node::Expr(e) => match e.head.as_str() {
            "<:" => {
                if let Some(inner) = e.args.first() {
                    typedef_vars(inner, out);
                }
            }
            "curly" => {
                typevar_names(e.args.get(1..).unwrap_or_default(), &mut out.names);
                if let Some(inner) = e.args.first() {
                    typedef_vars(inner, out);
                }
            }
            _ => {}
        },
        _ => {}
    }
}

/// The variables of a function's signature; whether it is one.
fn signature_vars(signature: &Node, out: &mut Introduced) -> bool {
    let Node::Expr(e) = signature else { return false };
    match e.head.as_str() {
        "where" => {
            typevar_names(e.args.get(1..).unwrap_or_default(), &mut out.names);
            e.args.first().is_some_and(|inner| signature_vars(inner, out))
        }
        "::" if e.args.len() == 2 && is_eventually_call(&e.args[0]) => {
            signature_vars(&e.args[0], out)
        }
        "call" if !e.args.is_empty() => {
            // `(f::T)(x)`: `f` is an argument, too.
            if let Some(d) = as_head(&e.args[0], "::").filter(|d| d.args.len() == 2)
                && let Node::Symbol(s) = &d.args[0]
            {
                out.names.push(*s);
            }
            formal_args(&e.args[1..], out);
            true
        }
        "tuple" => {
            arrow_vars(signature, out);
            true
        }
        _ => false,
    }
}

fn arrow_vars(signature: &Node, out: &mut Introduced) {
    match as_head(signature, "tuple").or_else(|| as_head(signature, "block")) {
        Some(t) => formal_args(&t.args, out),
        None => formal_args(std::slice::from_ref(signature), out),
    }
}

fn formal_args(args: &[Node], out: &mut Introduced) {
    for arg in args {
        if let Some(p) = as_head(arg, "parameters") {
            for kw in &p.args {
                // The name of the rest of the keywords is no keyword.
                if is_splat(kw) {
                    out.names.extend(arg_name(kw).filter(|(_, escaped)| !escaped).map(|a| a.0));
                } else {
                    out.keywords.extend(arg_name(kw).map(|a| a.0));
                }
            }
        } else if let Some(t) = as_head(arg, "tuple") {
            // A destructured argument.
            for part in &t.args {
                formal_args(std::slice::from_ref(part), out);
            }
        } else if let Some((name, escaped)) = arg_name(arg) {
            if escaped {
                out.keywords.push(name);
            } else {
                out.names.push(name);
            }
        }
    }
}

/// The name of a formal argument, and whether it is escaped.
fn arg_name(arg: &Node) -> Option<(Sym, bool)> {
    match arg {
        Node::Symbol(s) => Some((*s, false)),
        Node::Expr(e) => match e.head.as_str() {
            "..." | "kw" | "=" => e.args.first().and_then(arg_name),
            "::" if e.args.len() == 2 => arg_name(&e.args[0]),
            "escape" => e.args.first().and_then(arg_name).map(|(s, _)| (s, true)),
            "hygienic-scope" => e.args.first().and_then(arg_name),
            "meta" => match e.args.as_slice() {
                [Node::Symbol(kind), arg] if kind.as_str().ends_with("specialize") => arg_name(arg),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

fn typevar_names(vars: &[Node], out: &mut Vec<Sym>) {
    for var in vars {
        match var {
            Node::Symbol(s) => out.push(*s),
            Node::Expr(e) => match (e.head.as_str(), e.args.as_slice()) {
                ("<:" | ">:", [Node::Symbol(s), _]) => out.push(*s),
                ("comparison", [Node::Symbol(s), _, _]) => out.push(*s),
                ("comparison", [_, _, Node::Symbol(s), ..]) => out.push(*s),
                _ => {}
            },
            _ => {}
        }
    }
}

/// The name that a (short) function definition or a declaration defines.
fn decl_var_of_call(node: &Node) -> Option<Sym> {
    match node {
        Node::Symbol(s) => Some(*s),
        Node::Expr(e) if matches!(e.head.as_str(), "call" | "=" | "curly" | "::" | "where") => {
            e.args.first().and_then(decl_var_of_call)
        }
        _ => None,
    }
}

fn decl_vars(node: &Node, out: &mut Vec<Sym>) {
    match node {
        Node::Expr(e) if matches!(e.head.as_str(), "tuple" | "parameters" | "...") => {
            e.args.iter().for_each(|a| decl_vars(a, out));
        }
        other => out.extend(decl_var_of_call(other)),
    }
}

/// Goes on in the parts of a hygienic scope that are escaped out of it.
fn in_escapes(node: &Node, depth: usize, f: &mut dyn FnMut(&Node)) {
    let Node::Expr(e) = node else { return };
    if is_quoted(node) {
        return;
    }
    match e.head.as_str() {
        "lambda" | "module" | "toplevel" => {}
        "hygienic-scope" => {
            if let Some(inner) = e.args.first() {
                in_escapes(inner, depth + 1, f);
            }
        }
        "escape" => {
            if let Some(inner) = e.args.first() {
                if depth == 0 { f(inner) } else { in_escapes(inner, depth - 1, f) }
            }
        }
        _ => e.args.iter().for_each(|a| in_escapes(a, depth, f)),
    }
}

fn declared_vars(node: &Node, kind: &str, outer: bool, out: &mut Vec<Sym>) {
    let Node::Expr(e) = node else { return };
    if is_quoted(node) {
        return;
    }
    match e.head.as_str() {
        "escape" => {}
        "hygienic-scope" => {
            if let Some(inner) = e.args.first() {
                in_escapes(inner, 0, &mut |n| declared_vars(n, kind, outer, out));
            }
        }
        head if head == kind => e.args.iter().for_each(|a| {
            if let Some(name) = decl_var_of_call(a) {
                out.push(name);
            }
        }),
        _ if !outer && is_function_def(node) => {}
        _ => e.args.iter().for_each(|a| declared_vars(a, kind, false, out)),
    }
}

fn assigned_vars(node: &Node, outer: bool, out: &mut Vec<Sym>) {
    let Node::Expr(e) = node else { return };
    if is_quoted(node) {
        return;
    }
    match e.head.as_str() {
        "escape" => {}
        "hygienic-scope" => {
            if let Some(inner) = e.args.first() {
                in_escapes(inner, 0, &mut |n| assigned_vars(n, outer, out));
            }
        }
        "->" if !outer => {}
        "function" | "=" if !outer && is_function_def(node) => {
            // Only the function's name.
            if !has_head(&e.args[0], "tuple") {
                out.extend(decl_var_of_call(&e.args[0]));
            }
        }
        "=" if e.args.len() == 2 && !is_function_def(node) => {
            decl_vars(&e.args[0], out);
            assigned_vars(&e.args[1], false, out);
        }
        "tuple" => {
            for x in &e.args {
                match as_head(x, "=").filter(|a| a.args.len() == 2) {
                    Some(a) => assigned_vars(&a.args[1], false, out),
                    None => assigned_vars(x, false, out),
                }
            }
        }
        _ => e.args.iter().for_each(|a| assigned_vars(a, false, out)),
    }
}
