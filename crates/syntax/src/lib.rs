//! Source text of Julia 1.10 to [`ast::Node`] trees of the shape of Julia's `Expr`.
//!
//! The whole language is parsed, into the very trees that `Meta.parse` of Julia 1.10 gives, with
//! line number nodes where Julia puts them; every `Expr` also carries its place in the text. Of
//! errors the first is reported.
//!
//! ```
//! let tree = pkgimage_syntax::parse_all("f(x) = 2x", "example.jl").unwrap();
//! assert_eq!(
//!     pkgimage_syntax::sexpr::sexpr(&tree),
//!     "(:toplevel, (:line, 1), (:(=), (:call, :f, :x), (:block, (:line, 1), (:call, :*, 2, :x))))"
//! );
//! ```

pub mod ast;
mod error;
mod lexer;
mod literal;
pub mod operators;
mod parser;
pub mod sexpr;
mod source;
mod token;
mod unicode;

pub use ast::{Expr, Literal, Node, Span, Sym};
pub use error::{IncompleteTag, ParseError};
pub use source::{SourceMap, julia_message, line_column, render};
pub use unicode::{is_id_continue, is_id_start, is_op_suffix, normalize as normalize_name};

use parser::Parser;

/// Texts longer than this have no place in a [`Span`].
const MAX_LENGTH: usize = u32::MAX as usize - 16;

fn parser<'s>(
    source: &'s str,
    offset: usize,
    file: &str,
    line: u32,
) -> Result<Parser<'s>, ParseError> {
    let wrong = |message: &str| ParseError {
        message: message.to_owned(),
        span: Span { start: 0, end: 0 },
        incomplete: false,
        tag: None,
    };
    if source.len() > MAX_LENGTH {
        return Err(wrong("source text is too long"));
    }
    if !source.is_char_boundary(offset) {
        return Err(wrong("parsing has to begin at a character of the text"));
    }
    Ok(Parser::new(source, offset, file, line))
}

/// All of a text: `Expr(:toplevel, line, statement, line, statement, ...)`, as `Meta.parseall`.
pub fn parse_all(source: &str, file: &str) -> Result<Node, ParseError> {
    parse_all_from_line(source, file, 1)
}

/// The same, of a text whose first line has this number.
pub fn parse_all_from_line(source: &str, file: &str, line: u32) -> Result<Node, ParseError> {
    match parser(source, 0, file, line)?.all() {
        (tree, None) => Ok(tree),
        (_, Some(error)) => Err(*error),
    }
}

/// The same, but an error does not undo what stands before it: as in Julia, the statements before
/// the error are in the tree (and are run, where a file is loaded), then comes the line of the
/// error.
pub fn parse_until_error(source: &str, file: &str, line: u32) -> (Node, Option<ParseError>) {
    match parser(source, 0, file, line) {
        Ok(mut parser) => {
            let (tree, error) = parser.all();
            (tree, error.map(|e| *e))
        }
        Err(error) => (Node::expr("toplevel", Vec::new()), Some(error)),
    }
}

/// Where the statements of a text stand, also those with `;` between; [`Span::NONE`] for a name or a
/// literal. Nothing if the text has errors.
pub fn statement_spans(source: &str) -> Vec<Span> {
    fn collect(node: &Node, into: &mut Vec<Span>) {
        match node {
            Node::Line { .. } => {}
            Node::Expr(e) if e.head == "toplevel" => {
                e.args.iter().for_each(|inner| collect(inner, into));
            }
            Node::Expr(e) => into.push(e.span),
            _ => into.push(Span::NONE),
        }
    }
    let mut spans = Vec::new();
    if let Ok(tree) = parse_all(source, "none") {
        collect(&tree, &mut spans);
    }
    spans
}

/// The text in these bytes. Bytes that are no UTF-8 are refused, as Julia refuses them.
pub fn source_text(bytes: &[u8]) -> Result<&str, ParseError> {
    std::str::from_utf8(bytes).map_err(|e| {
        let start = e.valid_up_to();
        let length = e.error_len().unwrap_or(bytes.len() - start);
        let span = Span { start: start as u32, end: (start + length) as u32 };
        let bad = bytes[start..start + length].escape_ascii();
        let message = format!("invalid UTF-8 sequence \"{bad}\"");
        ParseError { message, span, incomplete: false, tag: None }
    })
}

/// One statement (or several with `;` between, as `Expr(:toplevel, ...)`) from a byte of the text
/// on, and the byte where the next begins, as `Meta.parse(source, position)`. Nothing if the rest
/// is blank. Lines count from 1 at `offset`, as there.
pub fn parse_statement(
    source: &str,
    offset: usize,
    file: &str,
) -> Result<(Option<Node>, usize), ParseError> {
    parse_statement_from_line(source, offset, file, 1)
}

/// The same, with the number of the line that `offset` is on.
pub fn parse_statement_from_line(
    source: &str,
    offset: usize,
    file: &str,
    line: u32,
) -> Result<(Option<Node>, usize), ParseError> {
    let mut parser = parser(source, offset, file, line)?;
    let node = parser.statement().map_err(|e| *e)?;
    Ok((node, parser.offset()))
}

/// One atom: a literal, a name, or what stands in brackets, as `Meta.parse(source, position;
/// greedy = false)`.
pub fn parse_atom(
    source: &str,
    offset: usize,
    file: &str,
) -> Result<(Option<Node>, usize), ParseError> {
    let mut parser = parser(source, offset, file, 1)?;
    let node = parser.single_atom().map_err(|e| *e)?;
    Ok((node, parser.offset()))
}
