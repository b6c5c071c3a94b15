//! Refusals: what is not supported gives an error that names it, with file, line and column.
//!
//! Code knows its lines; a column is looked for when something is refused: the source is parsed again, and what
//! was refused is found in the statement that begins on the line. Where Base or the standard library refuses,
//! the place is that of the call that led there.

use std::cell::RefCell;
use std::rc::Rc;

use pkgimage_syntax::SourceMap;
use pkgimage_syntax::ast::{Expr, Node};

use crate::backtrace;
use crate::error::{self, Thrown};
use crate::eval;
use crate::sources::{self, BUILT_IN_PREFIX};

thread_local! {
    /// Texts that are no files, by the names under which they are evaluated: the newest of each.
    static GIVEN: RefCell<Vec<(String, Rc<str>)>> = const { RefCell::new(Vec::new()) };
}

/// A place in a source.
struct Place {
    file: String,
    line: u32,
    /// None if there is no text.
    column: Option<u32>,
}

/// The exception for a construct at the place that runs. It is written as one of `names`: the function or macro
/// that is called, or the head of an expression.
pub fn refuse(construct: &str, names: &[&str]) -> Thrown {
    let (file, line, called) = running();
    // A macro of the function's name calls it.
    let called: Vec<String> =
        called.into_iter().flat_map(|name| [format!("@{name}"), name]).collect();
    let all: Vec<&str> = names.iter().copied().chain(called.iter().map(String::as_str)).collect();
    throw(construct, &place_of(file, line, &all))
}

/// The exception for a construct in the statement at a line.
pub fn refuse_at(construct: &str, names: &[&str], file: &str, line: u32) -> Thrown {
    // A macro of Base made it.
    if file.starts_with(BUILT_IN_PREFIX) {
        let (file, line) = eval::place();
        return throw(construct, &place_of(file.to_string(), line, names));
    }
    throw(construct, &place_of(file.to_owned(), line, names))
}

fn throw(construct: &str, place: &Place) -> Thrown {
    let Place { file, line, column } = place;
    let column = column.map_or(String::new(), |column| format!(":{column}"));
    let page = "see docs/supported-language.md";
    error::error(&format!("unsupported: {construct} at {file}:{line}{column} ({page})"))
}

/// Keeps a text that is evaluated for as long as nothing else is evaluated under its name.
pub(crate) fn remember(name: &str, text: &str) {
    if sources::text_of(name).is_some() || name.starts_with(BUILT_IN_PREFIX) {
        return;
    }
    GIVEN.with_borrow_mut(|given| {
        given.retain(|(known, _)| known != name);
        given.push((name.to_owned(), text.into()));
    });
}

fn text_of(file: &str) -> Option<Rc<str>> {
    let given = GIVEN.with_borrow(|given| {
        given.iter().find(|(name, _)| name == file).map(|(_, text)| text.clone())
    });
    given
        .or_else(|| sources::text_of(file))
        .or_else(|| std::fs::read_to_string(file).ok().map(Rc::from))
}

/// File and line of the innermost code that does not come with the runtime, and the functions of it that were
/// called from there, the outermost first.
fn running() -> (String, u32, Vec<String>) {
    let mut called = Vec::new();
    for frame in backtrace::active_frames() {
        let file = frame.file.as_str();
        if frame.line == 0 {
            continue; // an expression that no source has
        }
        if !file.starts_with(BUILT_IN_PREFIX) {
            called.reverse();
            return (file.to_owned(), frame.line, called);
        }
        // The part of a function that takes keywords is `#f#1`.
        let name = frame.function.as_str();
        let name = name.strip_prefix('#').and_then(|rest| rest.split('#').next()).unwrap_or(name);
        called.push(name.to_owned());
    }
    let (file, line) = eval::place();
    called.reverse();
    (file.to_string(), line, called)
}

/// The place of what is called one of `names` in the statement that begins on a line; that of the statement, if
/// there is nothing of these names.
fn place_of(file: String, line: u32, names: &[&str]) -> Place {
    let Some(text) = text_of(&file) else { return Place { file, line, column: None } };
    let (tree, _) = pkgimage_syntax::parse_until_error(&text, &file, 1);
    let map = SourceMap::new(&text);
    let begins =
        |e: &Expr| e.span.start != u32::MAX && map.line(e.span.start as usize) == line as usize;
    let found = names.iter().find_map(|name| {
        find(&tree, false, &begins, &|e| is_written_as(e, name)).map(|e| e.span.start)
    });
    let start = found.or_else(|| find(&tree, false, &begins, &|e| begins(e)).map(|e| e.span.start));
    match start {
        Some(start) => {
            let (line, column) = map.line_column(start as usize);
            Place { file, line: line as u32, column: Some(column as u32) }
        }
        None => {
            // A name or a literal alone.
            let text = map.line_text(line as usize);
            let blanks = text.chars().take_while(|c| c.is_whitespace()).count() as u32;
            Place { file, line, column: (!text.is_empty()).then_some(blanks + 1) }
        }
    }
}

/// The first expression for which `wanted` holds, among those in the statement that `begins` finds.
fn find<'a>(
    node: &'a Node,
    inside: bool,
    begins: &dyn Fn(&Expr) -> bool,
    wanted: &dyn Fn(&Expr) -> bool,
) -> Option<&'a Expr> {
    let e = node.as_expr()?;
    let inside = inside || (e.head != "toplevel" && begins(e));
    if inside && e.span.start != u32::MAX && wanted(e) {
        return Some(e);
    }
    e.args.iter().find_map(|inner| find(inner, inside, begins, wanted))
}

fn is_written_as(e: &Expr, name: &str) -> bool {
    match e.head.as_str() {
        "call" | "macrocall" | "." | "curly" => {
            e.args.first().is_some_and(|f| last_name(f) == Some(name))
        }
        head => head == name,
    }
}

/// `f` of `f`, `M.f` and `f{T}`.
fn last_name(node: &Node) -> Option<&str> {
    match node {
        Node::Symbol(name) | Node::GlobalRef(_, name) => Some(name.as_str()),
        Node::Quote(inner) => last_name(inner),
        Node::Expr(e) if e.head == "." => e.args.get(1).and_then(last_name),
        Node::Expr(e) if e.head == "curly" => e.args.first().and_then(last_name),
        _ => None,
    }
}
