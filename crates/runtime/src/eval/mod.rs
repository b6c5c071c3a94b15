//! Evaluating expressions at top level: macros, lowering, running, and modules.

mod imports;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use pkgimage_syntax::ast::{self, ModuleRef, Node, Sym};

use crate::code::build;
use crate::dispatch;
use crate::error::{self, Result, Thrown};
use crate::gc::RootVec;
use crate::interpreter::{Activation, apply_in_world, run};
use crate::known::{known, update};
use crate::lowering::{self, HostError, Location, LowerError, Lowered};
use crate::module::new_module;
use crate::object::{
    Expr, GlobalRef, JuliaString, LineNumberNode, Method, Module, QuoteNode, SimpleVector, Symbol,
    box_int64, new_bits,
};
use crate::symbol::symbol;
use crate::trees::Trees;
use crate::unsupported;
use crate::value::{Gc, Value};
use crate::world;

thread_local! {
    /// Where top-level evaluation is, for macros and errors.
    static PLACE: Cell<Location> = Cell::new(Location { file: Sym::new("none"), line: 0 });
    /// Ordinals of made-up names, by module and form; see [`lowering::Host::next_ordinal`].
    static ORDINALS: RefCell<BTreeMap<(usize, String), u32>> = const { RefCell::new(BTreeMap::new()) };
    /// How many modules deep evaluation is, so that `__init__` runs when the outermost ends.
    static MODULE_DEPTH: Cell<u32> = const { Cell::new(0) };
    /// Modules whose `__init__` has yet to run.
    static TO_INITIALIZE: RefCell<Option<RootVec>> = const { RefCell::new(None) };
    /// Whether `__init__` functions are left to be run at load, as while an image is built.
    static DEFER_INIT: Cell<bool> = const { Cell::new(false) };
}

/// The file and line that top-level evaluation has reached.
pub fn place() -> (Sym, u32) {
    let p = PLACE.get();
    (p.file, p.line)
}

/// Sets the file and line; returns what they were.
pub fn set_place(file: Sym, line: u32) -> (Sym, u32) {
    let before = PLACE.replace(Location { file, line });
    (before.file, before.line)
}

/// While an image is built, `__init__` is not run; the loader runs it.
pub fn defer_init(on: bool) {
    DEFER_INIT.set(on);
}

/// What the evaluation of one package leaves aside of that of another, within which it happens.
pub struct Aside {
    depth: u32,
    waiting: Option<RootVec>,
    deferred: bool,
}

/// Begins the evaluation of a package: its modules are initialized when its own outermost one ends,
/// or not at all (`defer`), whatever is being evaluated around it.
pub fn begin_package(defer: bool) -> Aside {
    Aside {
        depth: MODULE_DEPTH.replace(0),
        waiting: TO_INITIALIZE.take(),
        deferred: DEFER_INIT.replace(defer),
    }
}

/// Ends it; gives the modules whose `__init__` was left to be run, in order.
pub fn end_package(aside: Aside) -> Vec<Gc<Module>> {
    MODULE_DEPTH.set(aside.depth);
    DEFER_INIT.set(aside.deferred);
    let left = TO_INITIALIZE.replace(aside.waiting);
    left.iter().flat_map(|l| l.as_slice()).map(|m| m.cast_unchecked()).collect()
}

/// Where top-level evaluation stands, of a task that does not run.
pub struct Standing {
    place: Location,
    aside: Aside,
}

impl Standing {
    /// A task that evaluates nothing yet.
    pub fn idle() -> Standing {
        let place = Location { file: Sym::new("none"), line: 0 };
        Standing { place, aside: Aside { depth: 0, waiting: None, deferred: false } }
    }

    /// Puts another task's in place; gives what was there.
    pub fn exchange(self) -> Standing {
        let Aside { depth, waiting, deferred } = self.aside;
        let aside = Aside {
            depth: MODULE_DEPTH.replace(depth),
            waiting: TO_INITIALIZE.replace(waiting),
            deferred: DEFER_INIT.replace(deferred),
        };
        Standing { place: PLACE.replace(self.place), aside }
    }
}

/// Whether a module defines `__init__`.
pub fn has_init(module: Gc<Module>) -> bool {
    module.own_entry(symbol("__init__")).is_some_and(|b| b.value.get().is_some())
}

/// Ordinals given so far in a module, for images.
pub fn ordinals_of(module: Gc<Module>) -> Vec<(String, u32)> {
    ORDINALS.with_borrow(|table| {
        table
            .iter()
            .filter(|((m, _), _)| *m == module.address())
            .map(|((_, key), &n)| (key.clone(), n))
            .collect()
    })
}

/// Takes over the ordinals of a module from an image.
pub fn adopt_ordinals(module: Gc<Module>, list: Vec<(String, u32)>) {
    ORDINALS.with_borrow_mut(|table| {
        for (key, n) in list {
            table.insert((module.address(), key), n);
        }
    });
}

/// What lowering asks, answered by this runtime.
pub struct EvalHost<'a> {
    trees: &'a Trees,
    /// Whether what a macro throws becomes a `LoadError`.
    says_where: bool,
}

impl<'a> EvalHost<'a> {
    /// A host for trees whose opaque values are in this table.
    pub fn new(trees: &'a Trees) -> EvalHost<'a> {
        EvalHost { trees, says_where: true }
    }

    /// The same for `macroexpand`, which throws what a macro throws.
    pub fn for_macroexpand(trees: &'a Trees) -> EvalHost<'a> {
        EvalHost { trees, says_where: false }
    }

    fn failure(&self, thrown: Thrown) -> HostError {
        let exception = error::take(thrown);
        HostError {
            exception: Some(self.trees.add(exception)),
            message: crate::debug::describe(exception),
        }
    }

    fn macro_function(&self, name: &Node, lookup: Gc<Module>) -> Result<Value> {
        match name {
            Node::Symbol(s) => {
                let s = symbol(s.as_str());
                lookup.get_global(s).ok_or_else(|| error::undef_var(s))
            }
            Node::GlobalRef(module, s) => {
                let s = symbol(s.as_str());
                self.trees.module(*module).get_global(s).ok_or_else(|| error::undef_var(s))
            }
            Node::Expr(e) if e.head == "." && e.args.len() == 2 => {
                let owner = self.trees.to_value(&e.args[0]);
                let owner = eval(lookup, owner)?;
                let Some(module) = owner.cast::<Module>() else {
                    return Err(error::type_error("macro call", known().module, owner));
                };
                let member = match &e.args[1] {
                    Node::Quote(inner) => inner,
                    other => other,
                };
                self.macro_function(member, module)
            }
            Node::Value(id) => Ok(self.trees.opaque(*id)),
            other => eval(lookup, self.trees.to_value(other)),
        }
    }

    fn call_macro(
        &self,
        call: &ast::Expr,
        lookup: ModuleRef,
        module: ModuleRef,
        location: Location,
    ) -> Result<(Node, ModuleRef)> {
        let lookup = self.trees.module(lookup);
        let Some(name) = call.args.first() else {
            return Err(error::error("malformed macro call"));
        };
        let function = self.macro_function(name, lookup)?;
        let mut arguments = RootVec::of(&[function]);
        let line = match call.args.get(1) {
            Some(line @ Node::Line { .. }) => self.trees.to_value(line),
            _ => {
                let file = symbol(location.file.as_str()).value();
                LineNumberNode::new(location.line as i64, file).value()
            }
        };
        arguments.push(line);
        arguments.push(self.trees.module(module).value());
        for argument in call.args.iter().skip(2) {
            arguments.push(self.trees.to_value(argument));
        }
        let world = world::current();
        let owner = match dispatch::lookup(arguments.as_slice(), world) {
            Some(instance) => match instance.def.get().cast::<Method>() {
                Some(method) => method.module.get(),
                None => lookup,
            },
            None => {
                return Err(error::method_error(function, &arguments.as_slice()[1..], world));
            }
        };
        let expansion = apply_in_world(arguments.as_slice(), world)?;
        Ok((self.trees.from_value(expansion), self.trees.module_ref(owner)))
    }
}

impl lowering::Host for EvalHost<'_> {
    fn expand_macro(
        &mut self,
        call: &ast::Expr,
        lookup: ModuleRef,
        module: ModuleRef,
        location: Location,
    ) -> std::result::Result<(Node, ModuleRef), HostError> {
        self.call_macro(call, lookup, module, location).map_err(|thrown| {
            let exception = error::take(thrown);
            let wrapped = if exception.datatype() == known().load_error || !self.says_where {
                exception
            } else {
                load_error(location.file.as_str(), location.line, exception)
            };
            self.failure(error::throw_again(wrapped, error::trace()))
        })
    }

    fn next_ordinal(&mut self, module: ModuleRef, key: &str) -> u32 {
        let module = self.trees.module(module);
        ORDINALS.with_borrow_mut(|table| {
            let n = table.entry((module.address(), key.to_owned())).or_insert(0);
            *n += 1;
            *n
        })
    }

    fn is_global_defined(&mut self, module: ModuleRef, name: Sym) -> bool {
        let module = self.trees.module(module);
        let name = symbol(name.as_str());
        module.own_entry(name).is_some_and(|b| b.owner.get() == Some(b) && b.value.get().is_some())
    }

    fn warn(&mut self, message: &str, location: Location) {
        eprintln!("┌ Warning: {message}");
        eprintln!("└ @ {}:{}", location.file, location.line);
    }
}

/// `LoadError(file, line, error)`.
pub fn load_error(file: &str, line: u32, exception: Value) -> Value {
    crate::fields::new_struct(
        known().load_error,
        &[JuliaString::new(file.as_bytes()).value(), box_int64(line as i64), exception],
    )
}

/// Turns a failure of lowering into the exception that Julia throws for it.
pub fn lowered_or_throw<T>(
    lowered: std::result::Result<T, LowerError>,
    trees: &Trees,
) -> Result<T> {
    match lowered {
        Ok(value) => Ok(value),
        Err(LowerError::Syntax { message, location }) => Err(error::error(&format!(
            "syntax: {message} around {}:{}",
            location.file, location.line
        ))),
        Err(LowerError::Unsupported { construct, names, location }) => {
            let file = location.file.as_str();
            Err(unsupported::refuse_at(&construct, names, file, location.line))
        }
        Err(LowerError::Macro { error, .. }) => Err(match error.exception {
            Some(id) => crate::error::throw(trees.opaque(id)),
            None => crate::error::error(&error.message),
        }),
    }
}

/// Evaluates an expression in a module, in the newest world, as `Core.eval`.
pub fn eval(module: Gc<Module>, expression: Value) -> Result<Value> {
    let before = world::set_of_task(world::current());
    let result = eval_toplevel(module, expression);
    world::set_of_task(before);
    result
}

/// Evaluates an expression; the task's world moves on with each definition.
pub fn eval_toplevel(module: Gc<Module>, expression: Value) -> Result<Value> {
    if let Some(s) = expression.cast::<Symbol>() {
        return module.get_global(s).ok_or_else(|| error::undef_var(s));
    }
    if let Some(q) = expression.cast::<QuoteNode>() {
        return Ok(q.value.get());
    }
    if let Some(l) = expression.cast::<LineNumberNode>() {
        if let Some(file) = l.file.get().cast::<Symbol>() {
            set_place(Sym::new(file.as_str()), l.line.get().max(0) as u32);
        }
        return Ok(known().nothing);
    }
    if let Some(g) = expression.cast::<GlobalRef>() {
        let name = g.name.get();
        return g.module.get().get_global(name).ok_or_else(|| error::undef_var(name));
    }
    if !expression.is::<Expr>() {
        return Ok(expression);
    }
    let trees = Trees::new();
    let node = trees.from_value(expression);
    eval_node(module, &node, &trees)
}

/// Evaluates a tree of the parser or of a macro.
pub fn eval_node(module: Gc<Module>, node: &Node, trees: &Trees) -> Result<Value> {
    crate::interpreter::limits::check()?;
    match node {
        Node::Line { line, file } => {
            let file = file.unwrap_or(PLACE.get().file);
            set_place(file, *line);
            return Ok(known().nothing);
        }
        Node::Expr(e) => match e.head.as_str() {
            "toplevel" => return eval_all(module, &e.args, trees),
            "module" => return eval_module(module, e, trees),
            "using" | "import" => return imports::import(module, e),
            "export" | "public" => return imports::export(module, e),
            "error" | "incomplete" => return Err(syntax_error(e, trees)),
            _ => {}
        },
        Node::Symbol(_)
        | Node::Literal(_)
        | Node::Quote(_)
        | Node::GlobalRef(..)
        | Node::Value(_) => {
            let value = trees.to_value(node);
            return eval_toplevel(module, value);
        }
    }
    let mut host = EvalHost::new(trees);
    let module_ref = trees.module_ref(module);
    world::set_of_task(world::current());
    let lowered = lowering::lower(node, module_ref, PLACE.get(), &mut host);
    match lowered_or_throw(lowered, trees)? {
        Lowered::TopLevel(e) => eval_node(module, &Node::Expr(e), trees),
        Lowered::Thunk(code) => {
            let (code, roots) = build::build(&code, trees);
            world::set_of_task(world::current());
            run(
                &Activation {
                    code: &code,
                    roots: roots.as_slice(),
                    static_parameters: known().empty_svec,
                    module,
                    method: None,
                    instance: None,
                    inbounds: false,
                },
                &[],
            )
        }
    }
}

fn eval_all(module: Gc<Module>, statements: &[Node], trees: &Trees) -> Result<Value> {
    let mut last = RootVec::of(&[known().nothing]);
    for statement in statements {
        world::set_of_task(world::current());
        let value = match eval_node(module, statement, trees) {
            Ok(value) => value,
            Err(thrown) => report_and_go_on(thrown)?,
        };
        last.truncate(0);
        last.push(value);
    }
    Ok(last.as_slice()[0])
}

/// While Base is being written (debug builds, with `PKGIMAGE_KEEP_GOING` set), a statement of its
/// sources that throws is reported and the next one is run, so that one run shows all that fails.
fn report_and_go_on(thrown: Thrown) -> Result<Value> {
    let place = PLACE.get();
    let wanted = cfg!(debug_assertions)
        && place.file.as_str().starts_with(crate::sources::BUILT_IN_PREFIX)
        && std::env::var_os("PKGIMAGE_KEEP_GOING").is_some();
    if !wanted {
        return Err(thrown);
    }
    let mut exception = error::take(thrown);
    while exception.datatype() == known().load_error {
        match crate::fields::get_nth(exception, 2) {
            Some(inner) => exception = inner,
            None => break,
        }
    }
    let fields: Vec<String> = (0..exception.datatype().field_count())
        .map(|i| {
            crate::fields::get_nth(exception, i).map_or("#undef".into(), crate::debug::describe)
        })
        .collect();
    eprintln!(
        "{}:{}: {}({})",
        place.file.as_str(),
        place.line,
        exception.datatype().name.get().name.get(),
        fields.join(", ")
    );
    Ok(known().nothing)
}

/// The exception for an `Expr(:error)` or `Expr(:incomplete)` of the parser: its argument, unless that is a
/// message.
fn syntax_error(e: &ast::Expr, trees: &Trees) -> Thrown {
    let argument = e.args.first().map(|argument| trees.to_value(argument));
    match argument {
        None => error::error("syntax: "),
        Some(argument) => match argument.cast::<JuliaString>() {
            Some(text) => error::error(&format!("syntax: {}", text.text())),
            None => error::throw(argument),
        },
    }
}

/// `module Name … end`.
fn eval_module(parent: Gc<Module>, e: &ast::Expr, trees: &Trees) -> Result<Value> {
    let (Some(standard), Some(Node::Symbol(name)), Some(Node::Expr(body))) =
        (e.args.first(), e.args.get(1), e.args.get(2))
    else {
        return Err(error::error("syntax: malformed module expression"));
    };
    let standard = *standard == Node::Literal(ast::Literal::Bool(true));
    let k = known();
    let name_symbol = symbol(name.as_str());
    let is_base = parent == k.core_module && name == "Base" && !k.base_module.is::<Module>();
    let module = if is_base {
        // Base is a root of its own, but Core's programs find it as Main does.
        new_module(name_symbol, Some(k.main_module))
    } else {
        new_module(name_symbol, Some(parent))
    };
    if is_base {
        update(|k| k.base_module = module.value());
        k.core_module.set_const("Base", module);
        k.main_module.set_const("Base", module);
    } else {
        let loading_package = package_being_loaded(parent, name.as_str());
        if loading_package {
            module.parent.set(module, Some(module));
        } else {
            let binding = parent.binding_for_write(name_symbol)?;
            if binding.value.get().is_some_and(|old| old.is::<Module>()) {
                eprintln!("WARNING: replacing module {name}.");
                world::invalidate_binding(binding);
                binding.value.set(binding, Some(module.value()));
            } else {
                binding.declare_const()?;
                binding.assign(module.value())?;
            }
        }
        crate::loading::module_created(module);
        crate::definitions::name(parent, name_symbol);
    }
    let place = PLACE.get();
    module.file.set(module, symbol(place.file.as_str()));
    module.line.set(place.line as u64);
    // A module exports its own name, and sees Core; a standard one sees Base too.
    let own = module.entry(name_symbol);
    own.owner.set(own, Some(own));
    own.value.set(own, Some(module.value()));
    own.set(crate::object::BindingFlags::CONST);
    module.export(name_symbol);
    module.use_module(k.core_module);
    if standard && let Some(base) = k.base_module.cast::<Module>() {
        module.use_module(base);
        define_eval(module, trees)?;
    }
    MODULE_DEPTH.set(MODULE_DEPTH.get() + 1);
    let result = eval_all(module, &body.args, trees);
    MODULE_DEPTH.set(MODULE_DEPTH.get() - 1);
    if let Err(thrown) = result {
        if MODULE_DEPTH.get() == 0 {
            TO_INITIALIZE.take();
        }
        return Err(thrown);
    }
    TO_INITIALIZE.with_borrow_mut(|list| {
        list.get_or_insert_with(RootVec::new).push(module.value());
    });
    if MODULE_DEPTH.get() == 0 && !DEFER_INIT.get() {
        let list = TO_INITIALIZE.take();
        for &module in list.iter().flat_map(|l| l.as_slice()) {
            run_init(module.cast_unchecked())?;
        }
    }
    Ok(module.value())
}

/// Whether `require` is loading a package whose module this is.
fn package_being_loaded(parent: Gc<Module>, name: &str) -> bool {
    crate::loading::is_loading(parent, name)
}

/// Calls a module's `__init__`, if it has one.
pub fn run_init(module: Gc<Module>) -> Result<()> {
    let name = symbol("__init__");
    let own = module.own_entry(name).and_then(|b| b.value.get());
    let Some(init) = own else { return Ok(()) };
    match apply_in_world(&[init], world::current()) {
        Ok(_) => Ok(()),
        Err(thrown) => {
            let exception = error::take(thrown);
            if exception.datatype() == known().init_error {
                return Err(error::throw_again(exception, error::trace()));
            }
            let wrapped = crate::fields::new_struct(
                known().init_error,
                &[module.name.get().value(), exception],
            );
            Err(error::throw_again(wrapped, error::trace()))
        }
    }
}

/// Every standard module has its own `eval` and `include`.
pub(crate) fn define_eval(module: Gc<Module>, trees: &Trees) -> Result<()> {
    let quote = |text: &str| Node::Quote(Box::new(Node::symbol(text)));
    let member = |owner: &str, name: &str| Node::expr(".", vec![Node::symbol(owner), quote(name)]);
    let definition = |name: &str, parameters: &[&str], callee: Node, arguments: Vec<Node>| {
        let mut signature = vec![Node::symbol(name)];
        signature.extend(parameters.iter().map(|p| Node::symbol(p)));
        let mut call = vec![callee];
        call.extend(arguments);
        Node::expr(
            "=",
            vec![
                Node::expr("call", signature),
                Node::expr("block", vec![Node::expr("call", call)]),
            ],
        )
    };
    let module_value = || Node::Quote(Box::new(Node::Value(trees.add(module.value()))));
    let definitions = [
        definition("eval", &["x"], member("Core", "eval"), vec![module_value(), Node::symbol("x")]),
        definition(
            "include",
            &["x"],
            member("Base", "include"),
            vec![module_value(), Node::symbol("x")],
        ),
        definition(
            "include",
            &["mapexpr", "x"],
            member("Base", "include"),
            vec![Node::symbol("mapexpr"), module_value(), Node::symbol("x")],
        ),
    ];
    let place = PLACE.get();
    for d in &definitions {
        eval_node(module, d, trees)?;
    }
    PLACE.set(place);
    Ok(())
}

/// Parses and evaluates a whole source text in a module: what `include` does with a file.
pub fn eval_source(module: Gc<Module>, source: &str, file: &str) -> Result<Value> {
    let trees = Trees::new();
    unsupported::remember(file, source);
    let before = PLACE.replace(Location { file: Sym::new(file), line: 1 });
    let parsed = match pkgimage_syntax::parse_all(source, file) {
        Ok(tree) => tree,
        Err(e) => {
            let (line, _) = pkgimage_syntax::line_column(source, e.span.start as usize);
            let text = pkgimage_syntax::julia_message(&e, source, file, 0, 1);
            PLACE.set(before);
            let exception = parse_error(&text);
            return Err(error::throw(load_error(file, line as u32, exception)));
        }
    };
    let task_world = world::of_task();
    let result = eval_node(module, &parsed, &trees);
    world::set_of_task(task_world);
    let reached = PLACE.replace(before);
    result.map_err(|thrown| {
        let exception = error::take(thrown);
        error::throw_again(load_error(file, reached.line, exception), error::trace())
    })
}

/// The exception for a text that does not parse: `Base.Meta.ParseError`, once Base has it.
pub fn parse_error(text: &str) -> Value {
    parse_error_with(text, known().nothing)
}

/// The same, with its `detail`.
pub fn parse_error_with(text: &str, detail: Value) -> Value {
    let message = JuliaString::new(text.as_bytes()).value();
    let ty = known()
        .base_module
        .cast::<Module>()
        .and_then(|b| b.global("Meta"))
        .and_then(|m| m.cast::<Module>())
        .and_then(|m| m.global("ParseError"));
    match ty.and_then(|t| t.cast::<crate::object::DataType>()) {
        Some(ty) => {
            let mut values = vec![message];
            values.resize(ty.field_count().max(1), detail);
            crate::fields::new_struct(ty, &values)
        }
        None => crate::fields::new_struct(known().error_exception, &[message]),
    }
}

/// The value of a `UInt64` counter for Julia code.
pub fn world_counter() -> Value {
    new_bits(known().uint64, world::current())
}

/// A simple vector of symbols, for reflection.
pub fn symbols(names: &[&str]) -> Gc<SimpleVector> {
    let list: Vec<Value> = names.iter().map(|n| symbol(n).value()).collect();
    SimpleVector::new(&list)
}
