//! Lowering: from the parsed tree to flat code, as Julia 1.10 does it.
//!
//! A pure function over [`pkgimage_syntax::ast::Node`]. Heap objects inside a tree are opaque here;
//! whatever needs the runtime (calling a macro, asking whether a global is defined, handing out
//! ordinals for names) goes through [`Host`]. The passes, each in its own module:
//!
//! 1. [`expand`]: macros are called, quoted code becomes code that builds it ([`quasiquote`]), and
//!    [`hygiene`] renames what macros introduced.
//! 2. [`desugar`]: surface syntax becomes a small core language ([`ir`]).
//! 3. [`scope`]: every name is resolved to a variable or a global.
//! 4. [`closures`]: inner functions become types with fields and top-level methods.
//! 5. [`linearize`]: trees become statements ([`code_info`]).
//!
//! The result names nothing by a counter of its module: closures, keyword bodies and renamed
//! variables are numbered within the definition that encloses them.

mod closures;
pub mod code_info;
mod deparse;
mod desugar;
mod expand;
mod hygiene;
mod ir;
mod linearize;
mod print;
mod quasiquote;
mod scope;
mod tree;
mod variables;

use pkgimage_syntax::ast::{Expr, ModuleRef, Node, OpaqueId, Sym};

use code_info::CodeInfo;
pub use deparse::deparse;

/// What lowering asks of the runtime.
pub trait Host {
    /// Calls the macro of a `macrocall` expression, its name looked up in `lookup` (which is the
    /// defining module of an outer macro whose expansion holds the call); `module` is what the
    /// macro sees as `__module__`. Returns what the macro returned and the module that the macro's
    /// method was defined in.
    fn expand_macro(
        &mut self,
        call: &Expr,
        lookup: ModuleRef,
        module: ModuleRef,
        location: Location,
    ) -> Result<(Node, ModuleRef), HostError>;

    /// The next number, counted from 1, for names of this form in the module. `key` is the name
    /// with the number left out, so two names that got different numbers or have different keys
    /// never collide.
    fn next_ordinal(&mut self, module: ModuleRef, key: &str) -> u32;

    /// Whether the module itself has a variable of this name that is defined (the soft scope of
    /// the REPL asks this).
    fn is_global_defined(&mut self, module: ModuleRef, name: Sym) -> bool;

    /// A warning for the user.
    fn warn(&mut self, message: &str, location: Location) {
        let _ = (message, location);
    }
}

/// A place in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Location {
    /// The file.
    pub file: Sym,
    /// Counted from 1; 0 where it is unknown.
    pub line: u32,
}

/// A failure inside the runtime while it expanded a macro.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostError {
    /// The Julia exception, if there is one.
    pub exception: Option<OpaqueId>,
    /// What happened, for people.
    pub message: String,
}

/// Why a tree could not be lowered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LowerError {
    /// Wrong code. The message is Julia's, without the `syntax: ` that Julia puts before it.
    #[error("syntax: {message} around {}:{}", location.file, location.line)]
    Syntax { message: String, location: Location },
    /// Right code that this implementation does not support.
    #[error("unsupported: {construct} around {}:{}", location.file, location.line)]
    Unsupported {
        construct: String,
        /// How it is written: macros, functions, or heads of expressions.
        names: &'static [&'static str],
        location: Location,
    },
    /// A macro threw.
    #[error("{}", error.message)]
    Macro { error: HostError, location: Location },
}

/// Result of [`lower`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lowered {
    /// Code to run once.
    Thunk(Box<CodeInfo>),
    /// An expression that top-level evaluation handles by itself, macros already expanded: its
    /// head is `toplevel`, `module`, `using`, `import`, `export` or `public`.
    TopLevel(Box<Expr>),
}

/// Expands the macros of a tree and resolves hygiene, as `macroexpand` does; only the outermost
/// macro call if not `recursive`.
pub fn macroexpand(
    node: &Node,
    module: ModuleRef,
    location: Location,
    host: &mut dyn Host,
    recursive: bool,
) -> Result<Node, LowerError> {
    expand::Expander::new(module, location, host).expand_toplevel(node, recursive)
}

/// Lowers a top-level expression of the module.
pub fn lower(
    node: &Node,
    module: ModuleRef,
    location: Location,
    host: &mut dyn Host,
) -> Result<Lowered, LowerError> {
    // These are taken apart by top-level evaluation, and a macro in a later part may be defined by
    // an earlier one.
    if let Some(e) = top_level_form(node) {
        return Ok(Lowered::TopLevel(Box::new(e.clone())));
    }
    let expanded =
        expand::Expander::for_lowering(module, location, host).expand_toplevel(node, true)?;
    if let Some(e) = top_level_form(&expanded) {
        return Ok(Lowered::TopLevel(Box::new(e.clone())));
    }
    lower_expanded(&expanded, module, location, host).map(|code| Lowered::Thunk(Box::new(code)))
}

fn top_level_form(node: &Node) -> Option<&Expr> {
    node.as_expr().filter(|e| {
        matches!(e.head.as_str(), "toplevel" | "module" | "using" | "import" | "export" | "public")
    })
}

/// Lowers the expression that a generator returned to the body of its method.
///
/// `arg_names` starts with the function's own argument.
#[allow(clippy::too_many_arguments)]
pub fn lower_generated(
    body: &Node,
    name: Sym,
    arg_names: &[Sym],
    is_vararg: bool,
    sparams: &[Sym],
    module: ModuleRef,
    location: Location,
    host: &mut dyn Host,
) -> Result<CodeInfo, LowerError> {
    let expanded =
        expand::Expander::for_lowering(module, location, host).expand_toplevel(body, true)?;
    let mut context = ir::Context::new(module, location);
    let core = desugar::desugar_body(&expanded, &mut context, host, name)?;
    let lambda = ir::Lambda {
        id: context.lambda_id(),
        name,
        args: arg_names.iter().map(|name| ir::Arg { name: *name, nospecialize: false }).collect(),
        is_vararg,
        sparams: sparams.to_vec(),
        body: ir::Ir::scope(vec![ir::Ir::Line(location.line, Some(location.file)), core]),
        is_toplevel: false,
        enclosing: Some(name),
        arg_vars: Vec::new(),
        locals: Vec::new(),
        sparam_vars: Vec::new(),
        captures: Vec::new(),
        all_sparams: Vec::new(),
    };
    context.location = location;
    let mut resolved = scope::resolve_lambda(lambda, &mut context, host)?;
    variables::analyze(&mut resolved, &mut context)?;
    context.location = location;
    let converted = closures::convert(resolved, &mut context, host)?;
    context.location = location;
    linearize::linearize(converted, &mut context)
}

/// Lowers a tree without macro calls to a thunk.
pub fn lower_expanded(
    node: &Node,
    module: ModuleRef,
    location: Location,
    host: &mut dyn Host,
) -> Result<CodeInfo, LowerError> {
    let mut context = ir::Context::new(module, location);
    let core = desugar::desugar(node, &mut context, host)?;
    context.location = location;
    let mut resolved = scope::resolve(core, &mut context, host)?;
    variables::analyze(&mut resolved, &mut context)?;
    context.location = location;
    let converted = closures::convert(resolved, &mut context, host)?;
    context.location = location;
    linearize::linearize(converted, &mut context)
}
