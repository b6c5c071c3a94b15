//! Why a text is no Julia.

use crate::ast::Span;

/// What kind of text is missing at the end: Julia's `Base.incomplete_tag`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IncompleteTag {
    /// The end of a string.
    String,
    /// The end of a multi-line comment.
    Comment,
    /// The `end` of a block.
    Block,
    /// The end of a command.
    Cmd,
    /// The end of a character literal.
    Char,
    /// Anything else: an operand, a closing bracket.
    Other,
}

impl IncompleteTag {
    /// Julia's name of the tag.
    pub fn name(self) -> &'static str {
        match self {
            IncompleteTag::String => "string",
            IncompleteTag::Comment => "comment",
            IncompleteTag::Block => "block",
            IncompleteTag::Cmd => "cmd",
            IncompleteTag::Char => "char",
            IncompleteTag::Other => "other",
        }
    }
}

/// The first thing that is wrong with a text.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct ParseError {
    /// What is wrong, in the words of Julia 1.10 where it has some.
    pub message: String,
    /// The bytes at fault; empty where something is missing.
    pub span: Span,
    /// The input ended too early: with more of it, it could become valid. A REPL reads on.
    pub incomplete: bool,
    /// What is missing, if the input ended too early.
    pub tag: Option<IncompleteTag>,
}
