//! Macro expansion: calls macros through the [`Host`], from the outside in, until none are left.
//!
//! What a macro returns is wrapped in `Expr(:var"hygienic-scope", result, module)` unless it is
//! escaped as a whole; [`hygiene`](super::hygiene) then resolves those scopes. Quoted code is
//! expanded on the way, because interpolations in it take part in both.

use pkgimage_syntax::ast::{Expr, Literal, ModuleRef, Node};

use super::hygiene;
use super::quasiquote::expand_quote;
use super::tree::{as_head, expr, line_of};
use super::{Host, Location, LowerError};

/// Expands the macros of one top-level expression.
pub(super) struct Expander<'h> {
    module: ModuleRef,
    location: Location,
    host: &'h mut dyn Host,
    for_lowering: bool,
    depth: usize,
    nesting: usize,
}

/// Which module names are looked up in: one entry for each hygienic scope around.
struct Scope<'a> {
    module: ModuleRef,
    parent: Option<&'a Scope<'a>>,
}

/// Macros that expand to themselves end here instead of in a stack overflow.
const MAX_DEPTH: usize = 1000;

/// Trees deeper than this are refused instead of overflowing the stack.
const MAX_NESTING: usize = 4000;

impl<'h> Expander<'h> {
    pub(super) fn new(module: ModuleRef, location: Location, host: &'h mut dyn Host) -> Self {
        Expander { module, location, host, for_lowering: false, depth: 0, nesting: 0 }
    }

    /// As `new`, but names may be unique within this expression only.
    pub(super) fn for_lowering(
        module: ModuleRef,
        location: Location,
        host: &'h mut dyn Host,
    ) -> Self {
        Expander { module, location, host, for_lowering: true, depth: 0, nesting: 0 }
    }

    pub(super) fn expand_toplevel(
        &mut self,
        node: &Node,
        recursive: bool,
    ) -> Result<Node, LowerError> {
        let expanded = self.expand(node, None, recursive)?;
        hygiene::resolve(expanded, self.module, self.for_lowering, self.host)
    }

    fn expand(
        &mut self,
        node: &Node,
        scope: Option<&Scope>,
        recursive: bool,
    ) -> Result<Node, LowerError> {
        self.nesting += 1;
        let result = if self.nesting > MAX_NESTING {
            let message = "expression too deeply nested".to_owned();
            Err(LowerError::Syntax { message, location: self.location })
        } else {
            self.expand_node(node, scope, recursive)
        };
        self.nesting -= 1;
        result
    }

    fn expand_node(
        &mut self,
        node: &Node,
        scope: Option<&Scope>,
        recursive: bool,
    ) -> Result<Node, LowerError> {
        let Node::Expr(e) = node else {
            if let Some((line, file)) = line_of(node) {
                self.location.line = line;
                self.location.file = file.unwrap_or(self.location.file);
            }
            return Ok(node.clone());
        };
        match e.head.as_str() {
            "inert" | "module" | "meta" => Ok(node.clone()),
            "quote" if e.args.len() == 1 => {
                self.expand(&expand_quote(&e.args[0]), scope, recursive)
            }
            "macrocall" => self.expand_macrocall(e, scope, recursive),
            "hygienic-scope" if e.args.len() >= 2 => {
                let module = module_of(&e.args[1]).unwrap_or(self.module);
                let inner = Scope { module, parent: scope };
                let body = self.expand(&e.args[0], Some(&inner), recursive)?;
                let mut args = vec![body];
                args.extend(e.args[1..].iter().cloned());
                Ok(Node::expr_at(e.head.as_str(), args, e.span))
            }
            "do" if e.args.len() == 2 && as_head(&e.args[0], "macrocall").is_some() => {
                let Some(call) = as_head(&e.args[0], "macrocall") else { return Ok(node.clone()) };
                let mut args = call.args.clone();
                let at = args.len().min(2);
                args.insert(at, e.args[1].clone());
                let call = Expr { head: call.head, args, span: call.span };
                self.expand_macrocall(&call, scope, recursive)
            }
            head => {
                let scope = match (head, scope) {
                    ("escape", Some(s)) => s.parent,
                    _ => scope,
                };
                let mut args = Vec::with_capacity(e.args.len());
                for arg in &e.args {
                    args.push(self.expand(arg, scope, recursive)?);
                }
                Ok(Node::expr_at(head, args, e.span))
            }
        }
    }

    fn expand_macrocall(
        &mut self,
        call: &Expr,
        scope: Option<&Scope>,
        recursive: bool,
    ) -> Result<Node, LowerError> {
        let mut location = self.location;
        if let Some((line, file)) = call.args.get(1).and_then(line_of) {
            location.line = line;
            location.file = file.unwrap_or(location.file);
        }
        if call.args.is_empty() {
            let message = "macrocall without a macro".to_owned();
            return Err(LowerError::Syntax { message, location });
        }
        let lookup = scope.map_or(self.module, |s| s.module);
        let (result, defined_in) = self
            .host
            .expand_macro(call, lookup, self.module, location)
            .map_err(|error| LowerError::Macro { error, location })?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let message = "macro expansion does not end".to_owned();
            return Err(LowerError::Syntax { message, location });
        }
        let expanded = match as_head(&result, "escape") {
            Some(escaped) if escaped.args.len() == 1 => {
                if recursive {
                    self.expand(&escaped.args[0], scope, recursive)
                } else {
                    Ok(escaped.args[0].clone())
                }
            }
            _ => {
                let inner = Scope { module: defined_in, parent: scope };
                let body =
                    if recursive { self.expand(&result, Some(&inner), recursive)? } else { result };
                Ok(expr("hygienic-scope", [body, module_node(defined_in)]))
            }
        };
        self.depth -= 1;
        expanded
    }
}

/// A module inside a tree. `Core` and `Base` have no heap reference here, so a global reference to
/// the module's own name stands for them.
fn module_node(module: ModuleRef) -> Node {
    match module {
        ModuleRef::Core => super::tree::core("Core"),
        ModuleRef::Base => super::tree::base("Base"),
        ModuleRef::Value(id) => Node::Value(id),
    }
}

/// The module that stands as the second argument of a hygienic scope.
pub(super) fn module_of(node: &Node) -> Option<ModuleRef> {
    match node {
        Node::Value(id) => Some(ModuleRef::Value(*id)),
        Node::GlobalRef(ModuleRef::Core, s) if *s == "Core" => Some(ModuleRef::Core),
        Node::GlobalRef(ModuleRef::Base, s) if *s == "Base" => Some(ModuleRef::Base),
        Node::Symbol(s) if *s == "Core" => Some(ModuleRef::Core),
        Node::Symbol(s) if *s == "Base" => Some(ModuleRef::Base),
        Node::Literal(Literal::Nothing) => None,
        _ => None,
    }
}
