//! Kinds of tokens and what the grammar asks of them.
//!
//! The lexer makes [`Token`]s; the parser decides by [`Kind`]. Operators that the grammar treats
//! alike share one kind, so a kind tells the precedence and the text of the token tells the rest.

use unicode_properties::{GeneralCategoryGroup, UnicodeGeneralCategory};

/// How strongly an infix operator binds, weakest first. Assignment is weaker than all and handled
/// apart; unary operators, `^`, `::`, calls and the like are stronger than all and handled apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Level {
    Pair,
    Conditional,
    Arrow,
    Or,
    And,
    Comparison,
    PipeLeft,
    PipeRight,
    Range,
    Plus,
    Times,
    Rational,
    Shift,
}

/// What is wrong with a piece of text that makes no token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadToken {
    UnterminatedComment,
    NumericConstant,
    HexFloatWithoutP,
    AmbiguousDot,
    NumberTimesAfterDot,
    InterpolationTerminator,
    InvisibleCharacter,
    UnknownCharacter,
    BidirectionalFormatting,
    Operator,
    DoubleStar,
}

/// Kind of a token.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    EndOfInput,
    Comment,
    Whitespace,
    /// Whitespace with one line end in it.
    Newline,
    Identifier,
    At,
    Comma,
    Semicolon,
    Bad(BadToken),

    // Reserved words.
    Baremodule,
    Begin,
    Break,
    Const,
    Continue,
    Do,
    Export,
    For,
    Function,
    Global,
    If,
    Import,
    Let,
    Local,
    Macro,
    Module,
    Quote,
    Return,
    Struct,
    Try,
    Using,
    While,
    Catch,
    Finally,
    Else,
    Elseif,
    End,

    // Words that are reserved in some places only.
    Abstract,
    As,
    Doc,
    Mutable,
    Outer,
    Primitive,
    Public,
    Type,
    Var,

    // Literals and pieces of them.
    Integer,
    BinInt,
    HexInt,
    OctInt,
    Float,
    Float32,
    StringChunk,
    CharChunk,
    CmdChunk,
    True,
    False,

    // Brackets and quotes.
    LeftBracket,
    RightBracket,
    LeftBrace,
    RightBrace,
    LeftParen,
    RightParen,
    DoubleQuote,
    TripleQuote,
    Backtick,
    TripleBacktick,

    // Operators.
    Splat,
    Equal,
    /// `+=` and its like, `:=`, `≔`, …
    OpAssign,
    Tilde,
    Pair,
    Question,
    /// `-->`
    LongArrow,
    /// Every other arrow.
    Arrow,
    OrOr,
    AndAnd,
    Subtype,
    Supertype,
    In,
    Isa,
    Comparison,
    PipeLeft,
    PipeRight,
    Colon,
    /// `..`
    DotDot,
    /// Every other operator of the precedence of `:`.
    RangeOp,
    Dollar,
    Plus,
    Minus,
    PlusPlus,
    /// `±` and `∓`, which are also unary.
    PlusMinus,
    PlusOp,
    Star,
    Ampersand,
    /// `⋆`, which is also unary.
    StarOp,
    TimesOp,
    Rational,
    Shift,
    Power,
    /// `::`
    Declare,
    Where,
    Dot,
    Not,
    Prime,
    /// `->`
    Lambda,
    /// `¬`
    NotSign,
    /// `√ ∛ ∜`
    Radical,
}

/// A token: its kind, its bytes, and how it stands there.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub kind: Kind,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// An operator with a leading broadcasting dot.
    pub dotted: bool,
    /// An operator with a suffix, such as `+₁`.
    pub suffixed: bool,
    /// Whether whitespace or a comment stands directly before it.
    pub spaced: bool,
}

impl Token {
    /// Dotted or suffixed.
    pub fn decorated(&self) -> bool {
        self.dotted || self.suffixed
    }

    /// `<:` or `>:` without a dot.
    pub fn is_type_operator(&self) -> bool {
        matches!(self.kind, Kind::Subtype | Kind::Supertype) && !self.dotted
    }

    /// Can this operator be applied to one operand in front of it?
    pub fn is_unary(&self) -> bool {
        !self.suffixed
            && (self.is_type_operator()
                || matches!(
                    self.kind,
                    Kind::Plus
                        | Kind::Minus
                        | Kind::Not
                        | Kind::Tilde
                        | Kind::NotSign
                        | Kind::Radical
                        | Kind::StarOp
                        | Kind::PlusMinus
                ))
    }

    /// Is this operator both infix and prefix, so that space decides in arrays?
    pub fn is_unary_and_binary(&self) -> bool {
        !self.suffixed
            && (matches!(self.kind, Kind::Plus | Kind::Minus | Kind::StarOp | Kind::PlusMinus)
                || (matches!(self.kind, Kind::Dollar | Kind::Ampersand | Kind::Tilde)
                    && !self.dotted))
    }
}

impl Kind {
    /// The kind of a word: a reserved word, an operator that is a word, or an identifier.
    pub fn of_word(word: &str) -> Kind {
        match word {
            "baremodule" => Kind::Baremodule,
            "begin" => Kind::Begin,
            "break" => Kind::Break,
            "const" => Kind::Const,
            "continue" => Kind::Continue,
            "do" => Kind::Do,
            "export" => Kind::Export,
            "for" => Kind::For,
            "function" => Kind::Function,
            "global" => Kind::Global,
            "if" => Kind::If,
            "import" => Kind::Import,
            "let" => Kind::Let,
            "local" => Kind::Local,
            "macro" => Kind::Macro,
            "module" => Kind::Module,
            "quote" => Kind::Quote,
            "return" => Kind::Return,
            "struct" => Kind::Struct,
            "try" => Kind::Try,
            "using" => Kind::Using,
            "while" => Kind::While,
            "catch" => Kind::Catch,
            "finally" => Kind::Finally,
            "else" => Kind::Else,
            "elseif" => Kind::Elseif,
            "end" => Kind::End,
            "abstract" => Kind::Abstract,
            "as" => Kind::As,
            "doc" => Kind::Doc,
            "mutable" => Kind::Mutable,
            "outer" => Kind::Outer,
            "primitive" => Kind::Primitive,
            "public" => Kind::Public,
            "type" => Kind::Type,
            "var" => Kind::Var,
            "true" => Kind::True,
            "false" => Kind::False,
            "in" => Kind::In,
            "isa" => Kind::Isa,
            "where" => Kind::Where,
            _ => Kind::Identifier,
        }
    }

    /// The kind of an operator that is one character outside of ASCII.
    pub fn of_unicode_operator(c: char) -> Option<Kind> {
        Some(match c {
            '≔' | '≕' | '⩴' => Kind::OpAssign,
            '←'
            | '→'
            | '↔'
            | '↚'..='↞'
            | '↠'
            | '↢'..='↤'
            | '↦'
            | '↩'..='↬'
            | '↮'
            | '↶'..='↷'
            | '↺'..='↽'
            | '⇀'..='⇁'
            | '⇄'
            | '⇆'..='⇇'
            | '⇉'
            | '⇋'..='⇐'
            | '⇒'
            | '⇔'
            | '⇚'..='⇝'
            | '⇠'
            | '⇢'
            | '⇴'
            | '⇶'..='⇿'
            | '⟵'..='⟷'
            | '⟹'..='⟿'
            | '⤀'..='⤇'
            | '⤌'..='⤑'
            | '⤔'..='⤘'
            | '⤝'..='⤠'
            | '⥄'..='⥈'
            | '⥊'..='⥋'
            | '⥎'
            | '⥐'
            | '⥒'..='⥓'
            | '⥖'..='⥗'
            | '⥚'..='⥛'
            | '⥞'..='⥟'
            | '⥢'
            | '⥤'
            | '⥦'..='⥭'
            | '⥰'
            | '⥷'
            | '⥺'
            | '⧴'
            | '⬰'..='⭄'
            | '⭇'..='⭌'
            | '￩'
            | '￫' => Kind::Arrow,
            '∈'..='∍'
            | '∝'
            | '∥'..='∦'
            | '∷'
            | '∺'..='∻'
            | '∽'..='∾'
            | '≁'..='≎'
            | '≐'..='≓'
            | '≖'..='⊋'
            | '⊏'..='⊒'
            | '⊜'
            | '⊢'..='⊣'
            | '⊩'
            | '⊬'
            | '⊮'
            | '⊰'..='⊷'
            | '⋍'
            | '⋐'..='⋑'
            | '⋕'..='⋭'
            | '⋲'..='⋿'
            | '⟂'
            | '⟈'..='⟉'
            | '⟒'
            | '⦷'
            | '⧀'..='⧁'
            | '⧡'
            | '⧣'..='⧥'
            | '⩦'..='⩧'
            | '⩪'..='⩳'
            | '⩵'..='⫙'
            | '⫪'..='⫫'
            | '⫷'..='⫺' => Kind::Comparison,
            '…' | '⁝' | '⋮'..='⋱' => Kind::RangeOp,
            '±' | '∓' => Kind::PlusMinus,
            '−' => Kind::Minus,
            '¦'
            | '∔'
            | '∨'
            | '∪'
            | '∸'
            | '≏'
            | '⊎'
            | '⊔'..='⊖'
            | '⊞'..='⊟'
            | '⊻'
            | '⊽'
            | '⋎'
            | '⋓'
            | '⟇'
            | '⧺'..='⧻'
            | '⨈'
            | '⨢'..='⨮'
            | '⨹'..='⨺'
            | '⩁'..='⩂'
            | '⩅'
            | '⩊'
            | '⩌'
            | '⩏'..='⩐'
            | '⩒'
            | '⩔'
            | '⩖'..='⩗'
            | '⩛'
            | '⩝'
            | '⩡'..='⩣' => Kind::PlusOp,
            '⋆' => Kind::StarOp,
            '×'
            | '÷'
            | '·'
            | '\u{387}'
            | '⅋'
            | '∗'..='∙'
            | '∤'
            | '∧'
            | '∩'
            | '≀'
            | '⊍'
            | '⊓'
            | '⊗'..='⊛'
            | '⊠'..='⊡'
            | '⊼'
            | '⋄'..='⋅'
            | '⋇'
            | '⋉'..='⋌'
            | '⋏'
            | '⋒'
            | '⌿'
            | '▷'
            | '⟑'
            | '⟕'..='⟗'
            | '⦸'
            | '⦼'
            | '⦾'..='⦿'
            | '⧶'..='⧷'
            | '⨇'
            | '⨝'
            | '⨟'
            | '⨰'..='⨸'
            | '⨻'..='⨽'
            | '⩀'
            | '⩃'..='⩄'
            | '⩋'
            | '⩍'..='⩎'
            | '⩑'
            | '⩓'
            | '⩕'
            | '⩘'
            | '⩚'
            | '⩜'
            | '⩞'..='⩠'
            | '⫛' => Kind::TimesOp,
            '↑'
            | '↓'
            | '⇵'
            | '⟰'..='⟱'
            | '⤈'..='⤋'
            | '⤒'..='⤓'
            | '⥉'
            | '⥌'..='⥍'
            | '⥏'
            | '⥑'
            | '⥔'..='⥕'
            | '⥘'..='⥙'
            | '⥜'..='⥝'
            | '⥠'..='⥡'
            | '⥣'
            | '⥥'
            | '⥮'..='⥯'
            | '￪'
            | '￬' => Kind::Power,
            '¬' => Kind::NotSign,
            '√' | '∛' | '∜' => Kind::Radical,
            _ => return None,
        })
    }

    /// The precedence, if this is an operator that the climbing loop handles.
    pub fn level(self) -> Option<Level> {
        Some(match self {
            Kind::Pair => Level::Pair,
            Kind::Question => Level::Conditional,
            Kind::LongArrow | Kind::Arrow => Level::Arrow,
            Kind::OrOr => Level::Or,
            Kind::AndAnd => Level::And,
            Kind::Subtype | Kind::Supertype | Kind::In | Kind::Isa | Kind::Comparison => {
                Level::Comparison
            }
            Kind::PipeLeft => Level::PipeLeft,
            Kind::PipeRight => Level::PipeRight,
            Kind::Colon | Kind::DotDot | Kind::RangeOp | Kind::Splat => Level::Range,
            Kind::Dollar
            | Kind::Plus
            | Kind::Minus
            | Kind::PlusPlus
            | Kind::PlusMinus
            | Kind::PlusOp => Level::Plus,
            Kind::Star | Kind::Ampersand | Kind::StarOp | Kind::TimesOp => Level::Times,
            Kind::Rational => Level::Rational,
            Kind::Shift => Level::Shift,
            _ => return None,
        })
    }

    /// `=`, `+=`, `~` and the like, dotted or not.
    pub fn is_assignment(self) -> bool {
        matches!(self, Kind::Equal | Kind::OpAssign | Kind::Tilde)
    }

    /// Any operator, also those that are words.
    pub fn is_operator(self) -> bool {
        self.is_assignment()
            || self.level().is_some()
            || matches!(
                self,
                Kind::Power
                    | Kind::Declare
                    | Kind::Where
                    | Kind::Dot
                    | Kind::Not
                    | Kind::Prime
                    | Kind::Lambda
                    | Kind::NotSign
                    | Kind::Radical
                    | Kind::Bad(BadToken::Operator | BadToken::DoubleStar)
            )
    }

    /// An operator that is syntax and no function: `&&`, `=`, `...`, `->`, …
    pub fn is_syntactic_operator(self) -> bool {
        matches!(
            self,
            Kind::AndAnd
                | Kind::OrOr
                | Kind::Dot
                | Kind::Splat
                | Kind::Lambda
                | Kind::Equal
                | Kind::OpAssign
        )
    }

    /// `$`, `&` and `::` in front of an operand are syntax.
    pub fn is_syntactic_unary(self) -> bool {
        matches!(self, Kind::Dollar | Kind::Ampersand | Kind::Declare)
    }

    /// `in`, `isa`, `where`
    pub fn is_word_operator(self) -> bool {
        matches!(self, Kind::In | Kind::Isa | Kind::Where)
    }

    /// A number.
    pub fn is_number(self) -> bool {
        matches!(
            self,
            Kind::Integer
                | Kind::BinInt
                | Kind::HexInt
                | Kind::OctInt
                | Kind::Float
                | Kind::Float32
        )
    }

    /// A literal or a piece of one.
    pub fn is_literal(self) -> bool {
        self.is_number()
            || matches!(
                self,
                Kind::StringChunk | Kind::CharChunk | Kind::CmdChunk | Kind::True | Kind::False
            )
    }

    /// A word that is reserved in some places only.
    pub fn is_contextual_keyword(self) -> bool {
        matches!(
            self,
            Kind::Abstract
                | Kind::As
                | Kind::Doc
                | Kind::Mutable
                | Kind::Outer
                | Kind::Primitive
                | Kind::Public
                | Kind::Type
                | Kind::Var
        )
    }

    /// A word that is always reserved.
    pub fn is_reserved_word(self) -> bool {
        self.is_initial_reserved_word()
            || matches!(self, Kind::Catch | Kind::Finally | Kind::Else | Kind::Elseif | Kind::End)
    }

    /// Any keyword.
    pub fn is_keyword(self) -> bool {
        self.is_reserved_word() || self.is_contextual_keyword()
    }

    /// A reserved word that begins a construct.
    pub fn is_initial_reserved_word(self) -> bool {
        matches!(
            self,
            Kind::Baremodule
                | Kind::Begin
                | Kind::Break
                | Kind::Const
                | Kind::Continue
                | Kind::Do
                | Kind::Export
                | Kind::For
                | Kind::Function
                | Kind::Global
                | Kind::If
                | Kind::Import
                | Kind::Let
                | Kind::Local
                | Kind::Macro
                | Kind::Module
                | Kind::Quote
                | Kind::Return
                | Kind::Struct
                | Kind::Try
                | Kind::Using
                | Kind::While
        )
    }

    /// `else`, `catch`, `end` and the like.
    pub fn is_block_continuation(self) -> bool {
        matches!(self, Kind::Catch | Kind::Finally | Kind::Else | Kind::Elseif | Kind::End)
    }

    /// What may follow a string macro directly, as its flags.
    pub fn is_string_macro_suffix(self) -> bool {
        self == Kind::Identifier || self.is_keyword() || self.is_word_operator() || self.is_number()
    }

    /// Text between tokens, other than line ends.
    pub fn is_blank(self) -> bool {
        matches!(self, Kind::Whitespace | Kind::Comment)
    }

    /// The opening quote of a string.
    pub fn is_string_quote(self) -> bool {
        matches!(self, Kind::DoubleQuote | Kind::TripleQuote)
    }

    /// The opening quote of a command.
    pub fn is_cmd_quote(self) -> bool {
        matches!(self, Kind::Backtick | Kind::TripleBacktick)
    }
}

impl BadToken {
    /// What to tell the user, given the text of the token.
    pub fn message(self, text: &str) -> String {
        let first = text.chars().next().unwrap_or(' ');
        let shown = match first.general_category_group() {
            GeneralCategoryGroup::Other => format!("'\\u{:x}'", first as u32),
            _ => format!("'{first}'"),
        };
        match self {
            BadToken::UnterminatedComment => "unterminated multi-line comment #= ... =#".into(),
            BadToken::NumericConstant => "invalid numeric constant".into(),
            BadToken::HexFloatWithoutP => "hex float literal must contain `p` or `P`".into(),
            BadToken::AmbiguousDot => "ambiguous `.` syntax; add whitespace to clarify \
                 (eg `1.+2` might be `1.0+2` or `1 .+ 2`)"
                .into(),
            BadToken::NumberTimesAfterDot => {
                "numeric constant cannot be implicitly multiplied because it ends with `.`".into()
            }
            BadToken::InterpolationTerminator => {
                "interpolated variable ends with invalid character; use `$(...)` instead".into()
            }
            BadToken::InvisibleCharacter => format!("invisible character {shown}"),
            BadToken::UnknownCharacter => format!("unknown unicode character {shown}"),
            BadToken::BidirectionalFormatting => {
                "unbalanced bidirectional unicode formatting".into()
            }
            BadToken::Operator => "invalid operator".into(),
            BadToken::DoubleStar => "use `x^y` instead of `x**y` for exponentiation, and `x...` \
                 instead of `**x` for splatting"
                .into(),
        }
    }
}
