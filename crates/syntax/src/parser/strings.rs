//! String and command literals: interpolation, escapes, and the indentation of triple-quoted ones.

use super::{Args, Parsed, Parser, Res, Shape};
use crate::ast::{Literal, Node};
use crate::error::IncompleteTag;
use crate::literal;
use crate::token::{Kind, Token};

/// A piece of a string.
enum Piece {
    /// Bytes of the source, and whether they stand at the beginning of an indented line.
    Text {
        start: usize,
        end: usize,
        indented: bool,
    },
    Value(Parsed),
}

/// The indentation that the lines of a triple-quoted string share so far.
struct Indent {
    /// Where an example of it stands, once there is one.
    at: Option<usize>,
    length: usize,
}

impl Indent {
    /// Takes one more line into account, which begins at this piece of text.
    fn meet(&mut self, bytes: &[u8], start: usize, end: usize) {
        let Some(at) = self.at else {
            self.at = Some(start);
            let is_indentation = |b: &&u8| matches!(**b, b' ' | b'\t');
            self.length = bytes[start..end].iter().take_while(is_indentation).count();
            return;
        };
        let common = bytes[start..end].iter().zip(&bytes[at..]).take(self.length);
        self.length = common.take_while(|(a, b)| a == b).count();
    }
}

impl Parser<'_> {
    /// A string or command from its opening quote on. Raw text keeps its backslashes and dollars.
    pub(super) fn string(&mut self, raw: bool) -> Res<Parsed> {
        let at = self.here();
        let open = self.bump()?;
        let is_cmd = open.kind.is_cmd_quote();
        let chunk_kind = if is_cmd { Kind::CmdChunk } else { Kind::StringChunk };
        let triple = matches!(open.kind, Kind::TripleQuote | Kind::TripleBacktick);
        let bytes = self.text.as_bytes();
        let mut pieces: Vec<Piece> = Vec::new();
        let mut indent = Indent { at: None, length: usize::MAX };
        let mut first = true;
        let mut after_newline = false;
        loop {
            let token = self.peek();
            if token.kind == Kind::Dollar && !raw {
                if after_newline {
                    indent = Indent { at: Some(token.start as usize), length: 0 };
                }
                self.bump()?;
                pieces.push(Piece::Value(self.interpolation()?));
                after_newline = false;
            } else if token.kind == chunk_kind {
                let (start, end) = (token.start as usize, token.end as usize);
                self.bump()?;
                if triple && first && matches!(&bytes[start..end], b"\n" | b"\r" | b"\r\n") {
                    // A line end directly behind the quotes is no part of the text.
                    after_newline = true;
                } else {
                    let mut indented = false;
                    if triple {
                        let is_newline = |b: u8| b == b'\n' || b == b'\r';
                        if after_newline && !is_newline(bytes[start]) {
                            indent.meet(bytes, start, end);
                            indented = true;
                        }
                        after_newline = is_newline(bytes[end - 1]);
                    }
                    pieces.push(Piece::Text { start, end, indented });
                }
            } else {
                break;
            }
            first = false;
        }
        if self.peek_kind() != open.kind {
            let tag = if is_cmd { IncompleteTag::Cmd } else { IncompleteTag::String };
            return Err(self.unexpected("unterminated string literal", tag));
        }
        if after_newline {
            // The closing quotes stand on a line of their own, without indentation.
            indent.length = 0;
        }
        self.bump()?;
        let indent = if triple { indent.length } else { 0 };
        self.string_of(pieces, indent, raw, is_cmd, at, open)
    }

    /// The literal of these pieces, or `Expr(:string, pieces...)`.
    fn string_of(
        &mut self,
        pieces: Vec<Piece>,
        indent: usize,
        raw: bool,
        is_cmd: bool,
        at: super::At,
        open: Token,
    ) -> Res<Parsed> {
        let mut args = Args::new();
        let mut text: Option<Vec<u8>> = None;
        for piece in pieces {
            match piece {
                Piece::Text { start, end, indented } => {
                    let start =
                        if indented { start.saturating_add(indent).min(end) } else { start };
                    if start == end {
                        continue;
                    }
                    let source = self.text.get(start..end).unwrap_or("");
                    let value = if raw {
                        literal::unescape_raw(source, is_cmd)
                    } else {
                        literal::unescape(source).map_err(|e| {
                            let from = (start + e.range.0) as u32;
                            self.error(e.message, from, (start + e.range.1) as u32)
                        })?
                    };
                    text.get_or_insert_default().extend(value);
                }
                Piece::Value(value) => {
                    if let Some(text) = text.take() {
                        args.push_node(Node::Literal(Literal::String(text.into())));
                    }
                    args.push(value);
                }
            }
        }
        if args.nodes.is_empty() {
            let value = Literal::String(text.unwrap_or_default().into());
            return Ok(self.leaf(Node::Literal(value), Shape::Str, open.start));
        }
        if let Some(text) = text {
            args.push_node(Node::Literal(Literal::String(text.into())));
        }
        self.expr("string", args, at, Shape::Str)
    }

    /// What stands behind a `$` in a string: a name, or anything in parentheses.
    fn interpolation(&mut self) -> Res<Parsed> {
        let token = self.peek();
        if token.kind == Kind::LeftParen {
            let at = self.here();
            self.bump()?;
            let inside = self.bracketed(Kind::RightParen, ")", Vec::new())?;
            let simple = !inside.had_commas && inside.groups.is_empty() && inside.count == 1;
            let generator =
                inside.last().is_some_and(|p| p.shape == super::Shape::Generator && !p.parens);
            if !simple || generator {
                let message = "invalid interpolation syntax";
                return Err(self.error(message, at.start, self.consumed));
            }
            let value = self.in_parens(inside, at)?;
            if let Node::Literal(Literal::String(_)) = value.node {
                // Told apart from the text around it.
                return self.expr("string", Args::of([value]), at, Shape::Other);
            }
            return Ok(value);
        }
        if token.kind == Kind::Var {
            self.bump()?;
            let node = self.symbol(token);
            return Ok(self.leaf(node, Shape::Name(token.kind), token.start));
        }
        if token.kind == Kind::Identifier
            || token.kind.is_keyword()
            || token.kind.is_word_operator()
        {
            return self.atom(true);
        }
        let message = "identifier or parenthesized expression expected after $ in string";
        Err(self.unexpected_token(message, Token { end: token.start, ..token }))
    }
}
