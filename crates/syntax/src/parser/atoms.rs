//! Atoms: names, numbers, characters, quoted symbols, bare operators.

use super::{Args, Context, Parsed, Parser, Res, Shape};
use crate::ast::{Literal, ModuleRef, Node, Span, Sym};
use crate::error::IncompleteTag;
use crate::literal;
use crate::token::{Kind, Token};
use crate::unicode;

impl Parser<'_> {
    /// An atom. With `check_identifiers`, words and operators that are syntax are no names.
    pub(super) fn atom(&mut self, check_identifiers: bool) -> Res<Parsed> {
        self.bump_trivia();
        let token = self.peek();
        let kind = token.kind;
        match kind {
            Kind::Identifier => self.name(),
            Kind::Prime => self.character(),
            Kind::Colon => self.colon(token),
            Kind::Equal if check_identifiers && !token.dotted => {
                Err(self.error("unexpected `=`", token.start, token.end))
            }
            Kind::LeftParen => self.nested(|p| p.parens(check_identifiers)),
            Kind::LeftBracket => self.nested(|p| p.square()),
            Kind::LeftBrace => self.nested(|p| p.braces()),
            Kind::At => {
                let at = self.here();
                self.bump()?;
                let mut name = self.macro_name()?;
                name.at = at;
                self.call_chain(name, true)
            }
            Kind::True | Kind::False => {
                self.bump()?;
                Ok(self.bool_literal(token))
            }
            Kind::CharChunk => self.name(),
            _ if kind.is_word_operator() => self.name(),
            _ if kind.is_operator() => self.bare_operator(check_identifiers),
            _ if kind.is_keyword() => self.keyword_name(token, check_identifiers),
            _ if kind.is_string_quote() => self.string(false),
            _ if kind.is_cmd_quote() => self.command(),
            _ if kind.is_number() => {
                self.bump()?;
                self.number(token)
            }
            Kind::EndOfInput => {
                Err(self.incomplete("premature end of input", IncompleteTag::Other))
            }
            _ if self.is_closing(kind) => {
                let message = format!("unexpected `{}`", self.slice(token));
                Err(self.unexpected_token(message, token))
            }
            _ => Err(self.unexpected_token("invalid syntax atom", token)),
        }
    }

    /// The next token as a name, whatever it is.
    fn name(&mut self) -> Res<Parsed> {
        let token = self.bump()?;
        let node = self.symbol(token);
        Ok(self.leaf(node, Shape::Name(token.kind), token.start))
    }

    /// The value of a number, whose token has been consumed.
    pub(super) fn number(&mut self, token: Token) -> Res<Parsed> {
        let span = Span { start: token.start, end: token.end };
        match literal::number(token.kind, self.slice(token), span) {
            Ok(node) => Ok(self.leaf(node, Shape::Number, token.start)),
            Err(e) => Err(self.error(e.message, token.start, token.end)),
        }
    }

    /// `'c'`
    fn character(&mut self) -> Res<Parsed> {
        const UNTERMINATED: &str = "unterminated character literal";
        let open = self.bump()?;
        let inner = self.peek();
        if inner.kind == Kind::Prime {
            return Err(self.error("empty character literal", open.start, inner.end));
        }
        if inner.kind == Kind::EndOfInput {
            return Err(self.incomplete(UNTERMINATED, IncompleteTag::Char));
        }
        self.bump()?;
        let close = self.peek();
        if close.kind != Kind::Prime {
            return Err(self.unexpected(UNTERMINATED, IncompleteTag::Char));
        }
        let bytes = match literal::unescape(self.slice(inner)) {
            Ok(bytes) => bytes,
            Err(e) => {
                let (start, end) = (inner.start + e.range.0 as u32, inner.start + e.range.1 as u32);
                return Err(self.error(e.message, start, end));
            }
        };
        let Some(value) = literal::char_of_bytes(&bytes) else {
            let message = "character literal contains multiple characters";
            return Err(self.error(message, inner.start, inner.end));
        };
        self.bump()?;
        Ok(self.leaf(Node::Literal(Literal::Char(value)), Shape::Other, open.start))
    }

    /// `:name`, `:(…)`, or a colon alone.
    fn colon(&mut self, colon: Token) -> Res<Parsed> {
        let next = self.peek2();
        if self.is_closing(next.kind) && (!next.kind.is_keyword() || next.spaced) {
            self.bump()?;
            return Ok(self.operator_symbol(colon));
        }
        let at = self.here();
        self.bump()?;
        if next.spaced {
            let message = "whitespace not allowed after `:` used for quoting";
            return Err(self.error(message, colon.end, next.start.max(colon.end)));
        }
        // Words are names here, and `end` is no index.
        let context = Context { end_symbol: false, ..self.context };
        let value = self.within(context, |p| p.nested(|p| p.atom(false)))?;
        self.quote(value.coalesced(), at)
    }

    /// An operator that stands for itself.
    fn bare_operator(&mut self, check_identifiers: bool) -> Res<Parsed> {
        let token = self.bump()?;
        let kind = token.kind;
        if check_identifiers && (kind.is_syntactic_operator() || kind == Kind::Question) {
            return Err(self.error("invalid identifier", token.start, token.end));
        }
        if !token.dotted || kind.is_syntactic_operator() {
            return Ok(self.operator_symbol(token));
        }
        let plain = Token { start: token.start + 1, ..token };
        let node = self.symbol(plain);
        let op = self.leaf(node, Shape::Operator, plain.start);
        let at = super::At { lead: token.start, start: token.start };
        self.expr(".", Args::of([op]), at, Shape::DotOperator)
    }

    /// A word that is a name here, or `var"…"`.
    fn keyword_name(&mut self, token: Token, check_identifiers: bool) -> Res<Parsed> {
        let next = self.peek2();
        if token.kind == Kind::Var && next.kind == Kind::DoubleQuote && !next.spaced {
            return self.var_name();
        }
        if check_identifiers && self.is_closing(token.kind) {
            return Err(self.error("invalid identifier", token.start, token.end));
        }
        self.name()
    }

    /// `var"…"`: any text as a name.
    fn var_name(&mut self) -> Res<Parsed> {
        let start = self.bump()?.start;
        self.bump()?;
        let mut name = String::new();
        if self.peek_kind() == Kind::StringChunk {
            let chunk = self.bump()?;
            let bytes = literal::unescape_raw(self.slice(chunk), false);
            name = String::from_utf8_lossy(&bytes).into_owned();
        }
        if self.peek_kind() != Kind::DoubleQuote {
            let message = "unterminated `var\"\"` identifier";
            return Err(self.unexpected(message, IncompleteTag::Other));
        }
        self.bump()?;
        let next = self.peek();
        if !next.spaced && !next.kind.is_operator() {
            if next.kind.is_string_macro_suffix() {
                let message = "suffix not allowed after `var\"...\"` syntax";
                return Err(self.error(message, next.start, next.end));
            }
            if next.kind.is_string_quote() || next.kind.is_cmd_quote() {
                let message = "`var\"...\"` syntax not supported as string macro name";
                return Err(self.error(message, next.start, next.start));
            }
        }
        Ok(self.leaf(Node::symbol(&unicode::normalize(&name)), Shape::VarName, start))
    }

    /// `` `command` ``
    fn command(&mut self) -> Res<Parsed> {
        let at = self.here();
        let mut args = Args::new();
        args.push_node(Node::GlobalRef(ModuleRef::Core, Sym::new("@cmd")));
        args.push_node(self.line_at(at.lead));
        args.push(self.string(true)?);
        self.expr("macrocall", args, at, Shape::Other)
    }
}
