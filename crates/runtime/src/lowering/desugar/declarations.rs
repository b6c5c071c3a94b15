//! `let`, `local`, `global`, `const`.

use pkgimage_syntax::ast::Node;

use super::assignment::{Wrap, is_function_lhs, sink_assignment};
use super::{Desugar, Result};
use crate::lowering::deparse;
use crate::lowering::ir::{Ir, is_underscore};
use crate::lowering::tree::*;

impl Desugar<'_> {
    pub(super) fn expand_let(&mut self, node: &Node, args: &[Node]) -> Result {
        let [binds, body] = args else { return self.invalid(node) };
        let binds: Vec<&Node> = match binds {
            Node::Expr(b) if b.head == "block" => b.args.iter().filter(|a| !is_line(a)).collect(),
            other => vec![other],
        };
        self.let_nest(&binds, body)
    }

    /// Each binding opens a scope that the ones after it are in.
    fn let_nest(&mut self, binds: &[&Node], body: &Node) -> Result {
        let Some((bind, rest)) = binds.split_first() else {
            let body = self.expand(body)?;
            return Ok(Ir::scope(vec![Ir::HardScope, body]));
        };
        match bind {
            _ if is_symdecl(bind) => {
                let declaration = self.expand(&expr("local", [(*bind).clone()]))?;
                let inner = self.let_rest(rest, body)?;
                Ok(Ir::scope(vec![Ir::HardScope, declaration, inner]))
            }
            Node::Expr(e) if e.head == "=" && e.args.len() == 2 => {
                let (left, right) = (&e.args[0], &e.args[1]);
                if is_eventually_call(left) {
                    let Some(name) = assigned_name(left) else {
                        return self.error("invalid let syntax");
                    };
                    // A function that refers to itself may need a box.
                    let declaration = if contains_symbol(right, name) {
                        Ir::local(name)
                    } else {
                        Ir::local_def(name)
                    };
                    let definition = self.expand(bind)?;
                    let inner = self.let_rest(rest, body)?;
                    return Ok(Ir::scope(vec![Ir::HardScope, declaration, definition, inner]));
                }
                if is_symdecl(left) {
                    let tmp = self.cx.tmp();
                    let value = self.expand(right)?;
                    let mut scope = vec![Ir::HardScope];
                    match left {
                        Node::Symbol(s) if is_underscore(*s) => {}
                        Node::Symbol(s) => scope.push(Ir::local_def(*s)),
                        Node::Expr(d) => {
                            let Node::Symbol(s) = &d.args[0] else {
                                return self.error("invalid let syntax");
                            };
                            scope.push(Ir::local_def(*s));
                            let ty = self.expand(&d.args[1])?;
                            scope.push(Ir::Decl(Box::new([Ir::Name(*s), ty])));
                        }
                        _ => return self.error("invalid let syntax"),
                    }
                    let Node::Symbol(name) = decl_var(left) else {
                        return self.error("invalid let syntax");
                    };
                    scope.push(Ir::assign(Ir::Name(*name), Ir::Tmp(tmp)));
                    scope.push(self.let_rest(rest, body)?);
                    return Ok(Ir::Block(vec![
                        sink_assignment(Ir::Tmp(tmp), value),
                        Ir::scope(scope),
                    ]));
                }
                if has_head(left, "tuple") {
                    let tmp = self.cx.tmp();
                    let value = self.expand(right)?;
                    let mut scope = vec![Ir::HardScope];
                    for name in lhs_vars(left) {
                        if !is_underscore(name) {
                            scope.push(Ir::local_def(name));
                        }
                    }
                    scope.push(self.assign(left, &Self::tmp_node(tmp))?);
                    scope.push(self.let_rest(rest, body)?);
                    return Ok(Ir::Block(vec![
                        sink_assignment(Ir::Tmp(tmp), value),
                        Ir::scope(scope),
                    ]));
                }
                self.error("invalid let syntax")
            }
            _ => self.error("invalid let syntax"),
        }
    }

    fn let_rest(&mut self, rest: &[&Node], body: &Node) -> Result {
        if rest.is_empty() { self.expand(body) } else { self.let_nest(rest, body) }
    }

    /// `local` and `global`.
    pub(super) fn expand_declaration(&mut self, kind: &str, args: &[Node]) -> Result {
        let declare = |var: Ir| {
            if kind == "local" { Ir::Local(Box::new(var)) } else { Ir::GlobalDecl(Box::new(var)) }
        };
        let mut declarations = Vec::new();
        let mut assignments = Vec::new();
        for arg in args {
            match arg {
                Node::Symbol(s) if is_underscore(*s) => {}
                Node::Symbol(s) => declarations.push(declare(Ir::Name(*s))),
                Node::GlobalRef(m, s) if kind == "global" => {
                    declarations.push(declare(Ir::Global(*m, *s)));
                }
                Node::Expr(e) if e.head == "::" && e.args.len() == 2 => {
                    let var = self.expand(&e.args[0])?;
                    if !matches!(var, Ir::Name(_) | Ir::Global(..)) {
                        return self.error(format!("invalid syntax in \"{kind}\" declaration"));
                    }
                    declarations.push(declare(var.clone()));
                    let ty = self.expand(&e.args[1])?;
                    declarations.push(Ir::Decl(Box::new([var, ty])));
                }
                Node::Expr(e)
                    if e.args.len() == 2
                        && (is_assignment_like(e.head.as_str()) || is_function_def(arg)) =>
                {
                    let left = &e.args[0];
                    let named = if is_eventually_call(left) || has_head(left, "curly") {
                        assigned_name(left).map(Node::Symbol)
                    } else {
                        Some(left.clone())
                    };
                    let mut decls = Vec::new();
                    if let Some(named) = &named {
                        lhs_decls(named, &mut decls);
                    }
                    for decl in decls {
                        if let Node::Symbol(s) = decl_var(decl)
                            && !is_underscore(*s)
                        {
                            declarations.push(declare(Ir::Name(*s)));
                        }
                        if let Some(d) = as_head(decl, "::") {
                            let var = self.expand(&d.args[0])?;
                            let ty = self.expand(&d.args[1])?;
                            declarations.push(Ir::Decl(Box::new([var, ty])));
                        }
                    }
                    if let Node::GlobalRef(m, s) = left {
                        declarations.push(declare(Ir::Global(*m, *s)));
                    }
                    let mut parts = vec![strip_decls(left)];
                    parts.extend(e.args[1..].iter().cloned());
                    let stripped = Node::expr_at(e.head.as_str(), parts, e.span);
                    assignments.push(self.expand(&stripped)?);
                }
                Node::Expr(e) if kind == "global" && e.head == "const" => {
                    assignments.push(self.expand_const(arg, &[expr("global", e.args.clone())])?);
                }
                _ => return self.error(format!("invalid syntax in \"{kind}\" declaration")),
            }
        }
        if assignments.is_empty() {
            assignments.push(Ir::nothing());
        }
        declarations.extend(assignments);
        Ok(Ir::Block(declarations))
    }

    /// `const x = value`, also with `global`.
    pub(super) fn expand_const(&mut self, node: &Node, args: &[Node]) -> Result {
        let [arg] = args else { return self.invalid(node) };
        match arg {
            // Only from macros: the declaration by itself.
            Node::Symbol(s) => Ok(Ir::ConstDecl(Box::new(Ir::Name(*s)))),
            Node::GlobalRef(m, s) => Ok(Ir::ConstDecl(Box::new(Ir::Global(*m, *s)))),
            Node::Expr(e) if e.head == "global" => match e.args.as_slice() {
                [inner @ Node::Expr(a)] if a.head == "=" => {
                    let mut out = Vec::new();
                    for name in lhs_vars(&a.args[0]) {
                        if !is_underscore(name) {
                            out.push(Ir::GlobalDecl(Box::new(Ir::Name(name))));
                        }
                    }
                    out.push(self.expand_const(node, std::slice::from_ref(inner))?);
                    Ok(Ir::Block(out))
                }
                _ => self.error("expected assignment after \"const\""),
            },
            Node::Expr(e) if e.head == "local" => {
                self.error("unsupported `const` declaration on local variable")
            }
            Node::Expr(e) if e.head == "=" && e.args.len() == 2 => {
                let (left, right) = (&e.args[0], &e.args[1]);
                if is_function_lhs(left) {
                    return self.expand(arg);
                }
                match left {
                    Node::Expr(l) if l.head == "curly" => self.expand_type_alias(left, right),
                    Node::Expr(l) if l.head == "tuple" && !has_parameters(&l.args) => {
                        self.destructure(&l.args, right, Wrap::Const)
                    }
                    _ => {
                        let mut out = Vec::new();
                        let mut targets = Vec::new();
                        match left {
                            Node::GlobalRef(m, s) => targets.push(Ir::Global(*m, *s)),
                            other => targets.extend(
                                lhs_vars(other)
                                    .into_iter()
                                    .filter(|n| !is_underscore(*n))
                                    .map(Ir::Name),
                            ),
                        }
                        if targets.is_empty() && !matches!(left, Node::Symbol(_)) {
                            return self
                                .error(format!("cannot declare \"{}\" const", deparse(left)));
                        }
                        for target in targets {
                            out.push(Ir::ConstDecl(Box::new(target)));
                        }
                        // `const x::T = v` converts, and then the constant has no declared type.
                        if let Some(d) = as_head(left, "::").filter(|d| d.args.len() == 2) {
                            let value = self.cx.tmp();
                            let ty = self.cx.tmp();
                            let right = self.expand(right)?;
                            let ty_value = self.expand(&d.args[1])?;
                            out.push(Ir::assign_tmp(ty, ty_value));
                            let converted = self.convert_to(right, Ir::Tmp(ty), true);
                            out.push(sink_assignment(Ir::Tmp(value), converted));
                            out.push(self.assign(&d.args[0], &Self::tmp_node(value))?);
                            return Ok(Ir::Block(out));
                        }
                        out.push(self.expand_assignment(arg, &e.args)?);
                        Ok(Ir::Block(out))
                    }
                }
            }
            _ => self.error("expected assignment after \"const\""),
        }
    }
}

/// The name that a definition on the left side of an assignment gives.
pub(super) fn assigned_name(node: &Node) -> Option<pkgimage_syntax::ast::Sym> {
    match node {
        Node::Symbol(s) => Some(*s),
        Node::Expr(e) if matches!(e.head.as_str(), "call" | "curly" | "where" | "::") => {
            e.args.first().and_then(assigned_name)
        }
        _ => None,
    }
}

fn is_assignment_like(head: &str) -> bool {
    head == "=" || super::is_update_operator(head)
}

/// The left side with `::T` taken off the variables: the declarations are made separately.
fn strip_decls(node: &Node) -> Node {
    match node {
        _ if is_eventually_call(node) => node.clone(),
        Node::Expr(e) if e.head == "::" && e.args.len() == 2 => strip_decls(&e.args[0]),
        Node::Expr(e) if e.head == "tuple" => {
            Node::expr_at("tuple", e.args.iter().map(strip_decls).collect(), e.span)
        }
        other => other.clone(),
    }
}
