//! The parser: tokens to trees of the shape of Julia's `Expr`.
//!
//! Recursive descent, with precedence climbing for infix operators. Every function of the grammar
//! gives a [`Parsed`]: the tree, and what the surrounding grammar may ask about the text it came
//! from. There is no recovery: the first error ends the parse.
//!
//! This file is the machinery; the grammar is in the files beside it: `operators` (infix and
//! unary), `calls` (calls, indexing, fields, macros), `atoms`, `strings`, `brackets`
//! (parentheses, arrays, generators), `keywords` (blocks and control flow), `definitions`
//! (functions, types, modules, imports).

mod atoms;
mod brackets;
mod calls;
mod definitions;
mod keywords;
mod operators;
mod strings;

use crate::ast::{Literal, Node, Span, Sym};
use crate::error::{IncompleteTag, ParseError};
use crate::lexer::Lexer;
use crate::token::{Kind, Token};
use crate::unicode;

/// Result of a function of the grammar.
type Res<T> = Result<T, Box<ParseError>>;

/// How deeply the text may nest. Deeper trees would endanger the stacks of all who walk them.
const MAX_DEPTH: u32 = 2000;
/// After this many levels of recursion the parser goes on on a new piece of stack.
const LEVELS_PER_STACK: u32 = 48;
const STACK_PIECE: usize = 1 << 20;

/// What the surrounding grammar may ask about a piece of text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Shape {
    /// An identifier, or a word that stands for one; the kind is that of its token.
    Name(Kind),
    /// `var"…"`
    VarName,
    Number,
    /// A string literal, with interpolations or without.
    Str,
    /// An operator alone.
    Operator,
    /// A dotted operator alone: `Expr(:., op)`, unless it is called.
    DotOperator,
    /// A call in prefix, infix or postfix form, without broadcasting.
    Call,
    /// `x...`
    Splat,
    /// `$x`, `&x`, `::x`, `y::x`
    Dollar,
    SyntacticUnary,
    /// A construct that begins with a reserved word.
    Form,
    Generator,
    /// `:x`
    Quoted,
    Other,
}

/// A tree, and the text it came from.
struct Parsed {
    node: Node,
    shape: Shape,
    at: At,
    /// One past the last byte.
    end: u32,
    /// Height of the tree.
    depth: u32,
    /// In parentheses, which leave no trace in the tree.
    parens: bool,
}

/// Where a construct begins.
#[derive(Clone, Copy)]
struct At {
    /// Where Julia counts its line from: the end of what was consumed before it.
    lead: u32,
    /// Its first byte.
    start: u32,
}

/// Arguments of an expression to be.
#[derive(Default)]
struct Args {
    nodes: Vec<Node>,
    depth: u32,
}

impl Args {
    fn new() -> Args {
        Args::default()
    }

    fn of<const N: usize>(parsed: [Parsed; N]) -> Args {
        parsed.into_iter().collect()
    }

    fn push(&mut self, parsed: Parsed) {
        self.depth = self.depth.max(parsed.depth);
        self.nodes.push(parsed.node);
    }

    fn push_node(&mut self, node: Node) {
        self.nodes.push(node);
    }

    fn with(mut self, parsed: Parsed) -> Args {
        self.push(parsed);
        self
    }
}

impl FromIterator<Parsed> for Args {
    fn from_iter<I: IntoIterator<Item = Parsed>>(parsed: I) -> Args {
        let mut args = Args::new();
        parsed.into_iter().for_each(|p| args.push(p));
        args
    }
}

impl Parsed {
    /// As the first argument of a call, `:.+` and the like: the operator as one symbol.
    fn coalesced(mut self) -> Parsed {
        if self.shape == Shape::DotOperator
            && !self.parens
            && let Some(Node::Symbol(op)) = self.node.as_expr().and_then(|e| e.args.first())
        {
            self.node = Node::symbol(&format!(".{op}"));
            self.shape = Shape::Operator;
        }
        self
    }

    /// `a = b` as the keyword argument it is in calls.
    fn keyword(mut self) -> Parsed {
        if let Node::Expr(e) = &mut self.node
            && e.head == "="
        {
            e.head = Sym::new("kw");
        }
        self
    }
}

/// What the text around changes about the grammar.
#[derive(Clone, Copy)]
struct Context {
    /// `:` makes ranges (not in the middle of `a ? b : c`).
    range_colon: bool,
    /// Space separates: `[x -y]` has two elements.
    space_sensitive: bool,
    /// `for` ends an expression and makes it a generator.
    for_generator: bool,
    /// `begin` and `end` are names, as in `a[end]`.
    end_symbol: bool,
    /// Line ends are space and separate nothing.
    newline_is_space: bool,
    where_enabled: bool,
}

const NORMAL: Context = Context {
    range_colon: true,
    space_sensitive: false,
    for_generator: false,
    end_symbol: false,
    newline_is_space: false,
    where_enabled: true,
};

/// A parse of one source text.
pub(crate) struct Parser<'s> {
    text: &'s str,
    file: Sym,
    lexer: Lexer<'s>,
    /// Tokens that were made so far, blanks included.
    tokens: Vec<Token>,
    /// Index of the first token that was not consumed.
    next: usize,
    /// End of what was consumed.
    consumed: u32,
    context: Context,
    depth: u32,
    /// The line on which parsing began.
    first_line: u32,
    /// Bytes of the line ends before `scanned`.
    line_ends: Vec<u32>,
    scanned: usize,
}

impl<'s> Parser<'s> {
    pub(crate) fn new(text: &'s str, offset: usize, file: &str, first_line: u32) -> Parser<'s> {
        Parser {
            text,
            file: Sym::new(file),
            lexer: Lexer::new(text, offset),
            tokens: Vec::new(),
            next: 0,
            consumed: offset as u32,
            context: NORMAL,
            depth: 0,
            first_line,
            line_ends: Vec::new(),
            scanned: offset,
        }
    }

    /// Where the parse stands.
    pub(crate) fn offset(&self) -> usize {
        self.consumed as usize
    }

    // Tokens.

    /// Index of the `n`th token from here that is not blank.
    fn ahead(&mut self, mut n: usize, skip_newlines: bool) -> usize {
        let mut i = self.next;
        loop {
            if i >= self.tokens.len() {
                let token = self.lexer.next_token();
                self.tokens.push(token);
            }
            let kind = self.tokens[i].kind;
            if !(kind.is_blank() || (skip_newlines && kind == Kind::Newline)) {
                n -= 1;
                if n == 0 {
                    return i;
                }
                if kind == Kind::EndOfInput {
                    return i;
                }
            }
            i += 1;
        }
    }

    fn peek_nth(&mut self, n: usize, skip_newlines: bool) -> Token {
        let i = self.ahead(n, skip_newlines);
        self.tokens[i]
    }

    /// The next token; line ends are tokens unless the context says that they are space.
    fn peek(&mut self) -> Token {
        self.peek_nth(1, self.context.newline_is_space)
    }

    fn peek_kind(&mut self) -> Kind {
        self.peek().kind
    }

    /// The token after the next.
    fn peek2(&mut self) -> Token {
        self.peek_nth(2, self.context.newline_is_space)
    }

    /// The next token that is no line end.
    fn peek_past_newlines(&mut self) -> Token {
        self.peek_nth(1, true)
    }

    /// Consumes the next token, and the blanks before it.
    fn bump(&mut self) -> Res<Token> {
        let i = self.ahead(1, self.context.newline_is_space);
        self.bump_to(i)
    }

    fn bump_past_newlines(&mut self) -> Res<Token> {
        let i = self.ahead(1, true);
        self.bump_to(i)
    }

    fn bump_to(&mut self, i: usize) -> Res<Token> {
        let token = self.tokens[i];
        if let Kind::Bad(_) = token.kind {
            return Err(self.bad_token(token));
        }
        if token.kind != Kind::EndOfInput {
            self.next = i + 1;
        }
        self.consumed = token.end;
        Ok(token)
    }

    /// Consumes blanks and line ends.
    fn bump_trivia(&mut self) {
        self.bump_blanks(true);
    }

    fn bump_blanks(&mut self, newlines: bool) {
        let i = self.ahead(1, newlines);
        if i > self.next {
            self.next = i;
            self.consumed = self.tokens[i].start;
        }
    }

    fn slice(&self, token: Token) -> &'s str {
        self.text.get(token.start as usize..token.end as usize).unwrap_or("")
    }

    // Places.

    /// Where a construct begins whose first token is the next one.
    fn here(&mut self) -> At {
        At { lead: self.consumed, start: self.peek_past_newlines().start }
    }

    /// The line number node of this byte.
    fn line_at(&mut self, byte: u32) -> Node {
        let byte = byte as usize;
        if byte >= self.scanned {
            let fresh = &self.text.as_bytes()[self.scanned..(byte + 1).min(self.text.len())];
            let ends = fresh.iter().enumerate().filter(|&(_, &b)| b == b'\n');
            let scanned = self.scanned;
            self.line_ends.extend(ends.map(|(i, _)| (scanned + i) as u32));
            self.scanned += fresh.len();
        }
        let before = self.line_ends.partition_point(|&end| (end as usize) < byte);
        Node::Line { line: self.first_line + before as u32, file: Some(self.file) }
    }

    // Errors.

    fn error(&self, message: impl Into<String>, start: u32, end: u32) -> Box<ParseError> {
        let span = Span { start, end: end.max(start) };
        Box::new(ParseError { message: message.into(), span, incomplete: false, tag: None })
    }

    fn incomplete(&self, message: impl Into<String>, tag: IncompleteTag) -> Box<ParseError> {
        let end = self.text.len() as u32;
        let mut error = self.error(message, end, end);
        error.incomplete = true;
        error.tag = Some(tag);
        error
    }

    fn bad_token(&self, token: Token) -> Box<ParseError> {
        let Kind::Bad(bad) = token.kind else {
            return self.error("invalid token", token.start, token.end);
        };
        let mut error = self.error(bad.message(self.slice(token)), token.start, token.end);
        if bad == crate::token::BadToken::UnterminatedComment {
            error.incomplete = true;
            error.tag = Some(IncompleteTag::Comment);
        }
        error
    }

    /// The next token does not fit. At the end of the input: more input is needed.
    fn unexpected(&mut self, message: impl Into<String>, tag: IncompleteTag) -> Box<ParseError> {
        let token = self.peek_past_newlines();
        match token.kind {
            Kind::Bad(_) => self.bad_token(token),
            Kind::EndOfInput => self.incomplete(message, tag),
            _ => self.error(message, self.consumed, self.consumed),
        }
    }

    /// A token that does not fit, shown itself.
    fn unexpected_token(&self, message: impl Into<String>, token: Token) -> Box<ParseError> {
        match token.kind {
            Kind::Bad(_) => self.bad_token(token),
            Kind::EndOfInput => self.incomplete(message, IncompleteTag::Other),
            _ => self.error(message, token.start, token.end),
        }
    }

    /// Consumes the bracket or word that ends a construct.
    fn close(&mut self, kind: Kind, name: &str) -> Res<()> {
        if self.peek_kind() == kind {
            self.bump()?;
            return Ok(());
        }
        let tag = if kind == Kind::End { IncompleteTag::Block } else { IncompleteTag::Other };
        let hint = if kind == Kind::End || self.context.space_sensitive { "" } else { " or `,`" };
        Err(self.unexpected(format!("Expected `{name}`{hint}"), tag))
    }

    fn close_end(&mut self) -> Res<()> {
        self.close(Kind::End, "end")
    }

    /// No space may stand before the next token.
    fn no_space_before(&mut self) -> Res<()> {
        let token = self.peek();
        if token.spaced && token.kind != Kind::EndOfInput {
            return Err(self.error("whitespace is not allowed here", self.consumed, token.start));
        }
        Ok(())
    }

    // Context and depth.

    /// Runs a part of the grammar in another context.
    fn within<R>(&mut self, context: Context, body: impl FnOnce(&mut Self) -> Res<R>) -> Res<R> {
        let saved = std::mem::replace(&mut self.context, context);
        let result = body(self);
        self.context = saved;
        result
    }

    /// The context of what stands in brackets.
    fn bracket_context(&self) -> Context {
        Context {
            range_colon: true,
            space_sensitive: false,
            where_enabled: true,
            newline_is_space: true,
            ..self.context
        }
    }

    /// The context in which space separates expressions.
    fn space_context(&self) -> Context {
        Context { space_sensitive: true, newline_is_space: false, ..self.context }
    }

    /// One level deeper.
    fn nested<R>(&mut self, body: impl FnOnce(&mut Self) -> Res<R>) -> Res<R> {
        self.depth += 1;
        if self.depth > 2 * MAX_DEPTH {
            return Err(self.too_deep());
        }
        let result = if self.depth.is_multiple_of(LEVELS_PER_STACK) {
            stacker::grow(STACK_PIECE, || body(self))
        } else {
            body(self)
        };
        self.depth -= 1;
        result
    }

    fn too_deep(&self) -> Box<ParseError> {
        let message = "expression nests too deeply";
        self.error(message, self.consumed, self.consumed)
    }

    // Trees.

    /// `Expr(head, args...)`, which ends where the parse stands.
    fn expr(&mut self, head: &str, args: Args, at: At, shape: Shape) -> Res<Parsed> {
        let depth = args.depth + 1;
        if depth > MAX_DEPTH {
            return Err(self.too_deep());
        }
        let end = self.consumed.max(at.start);
        let node = Node::expr_at(head, args.nodes, Span { start: at.start, end });
        Ok(Parsed { node, shape, at, end, depth, parens: false })
    }

    /// A node that is no expression, from one token or a few.
    fn leaf(&self, node: Node, shape: Shape, start: u32) -> Parsed {
        let at = At { lead: start, start };
        Parsed { node, shape, at, end: self.consumed, depth: 0, parens: false }
    }

    /// The symbol of an identifier or operator.
    fn symbol(&self, token: Token) -> Node {
        Node::symbol(&unicode::normalize(self.slice(token)))
    }

    /// The symbol of an operator in a call: with its dot, if it has one.
    fn operator_symbol(&self, token: Token) -> Parsed {
        let node = self.symbol(token);
        self.leaf(node, Shape::Operator, token.start)
    }

    // Predicates on the next tokens.

    fn is_closing(&self, kind: Kind) -> bool {
        matches!(
            kind,
            Kind::Else
                | Kind::Elseif
                | Kind::Catch
                | Kind::Finally
                | Kind::Comma
                | Kind::RightParen
                | Kind::RightBracket
                | Kind::RightBrace
                | Kind::Semicolon
                | Kind::EndOfInput
        ) || (kind == Kind::End && !self.context.end_symbol)
    }

    fn begins_keyword_form(&mut self) -> bool {
        let kind = self.peek_kind();
        if kind.is_initial_reserved_word() {
            return !(kind == Kind::Begin && self.context.end_symbol);
        }
        if kind.is_contextual_keyword() {
            // The second word has to stand on the same line.
            let i = self.ahead(1, self.context.newline_is_space);
            let saved = std::mem::replace(&mut self.next, i + 1);
            let second = self.peek_nth(1, false).kind;
            self.next = saved;
            return matches!(
                (kind, second),
                (Kind::Mutable, Kind::Struct) | (Kind::Primitive | Kind::Abstract, Kind::Type)
            );
        }
        false
    }

    /// `=` without a dot.
    fn at_plain_equals(&mut self) -> bool {
        let token = self.peek();
        token.kind == Kind::Equal && !token.dotted
    }

    // Entry points.

    /// `Expr(:toplevel, line, statement, ...)` of the whole text; after an error, of the statements
    /// before it and the line of the error.
    pub(crate) fn all(&mut self) -> (Node, Option<Box<ParseError>>) {
        let start = self.consumed;
        let mut args = Vec::new();
        let mut error = None;
        while self.peek_past_newlines().kind != Kind::EndOfInput {
            match self.statements() {
                Ok(statement) => {
                    args.push(self.line_at(statement.at.lead));
                    args.push(statement.node);
                }
                Err(e) => {
                    args.push(self.line_at(e.span.start));
                    error = Some(e);
                    break;
                }
            }
        }
        self.bump_trivia();
        if args.is_empty() {
            args.push(self.line_at(start));
        }
        let span = Span { start, end: self.consumed.max(start) };
        (Node::expr_at("toplevel", args, span), error)
    }

    /// One statement, or several with `;` between; nothing at the end of the text.
    pub(crate) fn statement(&mut self) -> Res<Option<Node>> {
        self.bump_trivia();
        if self.peek_kind() == Kind::EndOfInput {
            return Ok(None);
        }
        let statement = self.statements()?;
        self.bump_trivia();
        Ok(Some(statement.node))
    }

    /// One atom: a literal, a name, something in brackets.
    pub(crate) fn single_atom(&mut self) -> Res<Option<Node>> {
        self.bump_trivia();
        if self.peek_kind() == Kind::EndOfInput {
            return Ok(None);
        }
        Ok(Some(self.atom(true)?.node))
    }

    fn bool_literal(&self, token: Token) -> Parsed {
        let value = token.kind == Kind::True;
        self.leaf(Node::Literal(Literal::Bool(value)), Shape::Other, token.start)
    }
}
