//! The line editor at the prompt: `rustyline`, with Julia's modes and keys.
//!
//! `?` and `;` at the beginning of an empty line switch to help and to the shell, a backspace there
//! switches back. A line goes on while the parser finds it incomplete.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use pkgimage_runtime as runtime;
use runtime::error;
use runtime::gc::RootVec;
use runtime::object::{self, Array, Module};
use runtime::value::Gc;
use rustyline::completion::Completer;
use rustyline::config::{ColorMode, Configurer};
use rustyline::error::ReadlineError;
use rustyline::highlight::{Highlighter, MatchingBracketHighlighter};
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{
    Cmd, ConditionalEventHandler, Config, Context, Event, EventContext, EventHandler, KeyCode,
    KeyEvent, Modifiers, Prompt, RepeatCount,
};

use crate::{julia, packages};

/// How many inputs are kept.
const KEPT: usize = 10_000;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Julia code.
    Julia,
    /// A name to look up.
    Help,
    /// A command of the system.
    Shell,
}

impl Mode {
    const ALL: [Mode; 3] = [Mode::Julia, Mode::Help, Mode::Shell];

    /// What switches to it, and stands before its lines in the history.
    fn key(self) -> Option<char> {
        match self {
            Mode::Julia => None,
            Mode::Help => Some('?'),
            Mode::Shell => Some(';'),
        }
    }

    /// All prompts have one width, so that the mode may change while a line is edited.
    fn prompt(self) -> &'static str {
        match self {
            Mode::Julia => "julia> ",
            Mode::Help => "help?> ",
            Mode::Shell => "shell> ",
        }
    }

    fn styled(self) -> &'static str {
        match self {
            Mode::Julia => "\x1b[1;32mjulia>\x1b[0m ",
            Mode::Help => "\x1b[1;33mhelp?>\x1b[0m ",
            Mode::Shell => "\x1b[1;31mshell>\x1b[0m ",
        }
    }
}

/// The mode of the line that is being edited; the handlers of keys have to be `Sync`.
#[derive(Clone, Default)]
struct Current(Arc<AtomicU8>);

impl Current {
    fn get(&self) -> Mode {
        let number = self.0.load(Ordering::Relaxed);
        Mode::ALL.into_iter().find(|mode| *mode as u8 == number).unwrap_or(Mode::Julia)
    }

    fn set(&self, mode: Mode) {
        self.0.store(mode as u8, Ordering::Relaxed);
    }
}

impl Prompt for Current {
    fn raw(&self) -> &str {
        self.get().prompt()
    }

    fn styled(&self) -> &str {
        self.get().styled()
    }
}

/// What was read.
pub enum Input {
    /// A line of this mode, or several.
    Text(Mode, String),
    /// Ctrl-C.
    Interrupted,
    /// Ctrl-D, or the end of the terminal.
    End,
}

/// The editor.
pub struct Editor {
    lines: rustyline::Editor<Helper, FileHistory>,
    mode: Current,
    history: Option<PathBuf>,
}

impl Editor {
    /// One that takes completions from the package REPL.
    ///
    /// # Errors
    /// If the terminal cannot be used.
    pub fn new(
        package: Gc<Module>,
        history: Option<&Path>,
        colored: bool,
    ) -> rustyline::Result<Editor> {
        let config = Config::builder()
            .max_history_size(KEPT)?
            .color_mode(if colored { ColorMode::Enabled } else { ColorMode::Disabled })
            .completion_type(rustyline::CompletionType::List)
            .tab_stop(4)
            .indent_size(4)
            .build();
        let mut lines = rustyline::Editor::with_config(config)?;
        lines.set_bell_style(rustyline::config::BellStyle::None);
        let mode = Current::default();
        let brackets = MatchingBracketHighlighter::new();
        lines.set_helper(Some(Helper { package, mode: mode.clone(), brackets }));
        let key = |code| Event::from(KeyEvent(code, Modifiers::NONE));
        let mut bind = |code, then: Key| {
            let handler = OnKey { mode: mode.clone(), then };
            lines.bind_sequence(key(code), EventHandler::Conditional(Box::new(handler)));
        };
        bind(KeyCode::Char('?'), Key::Enter(Mode::Help));
        bind(KeyCode::Char(';'), Key::Enter(Mode::Shell));
        bind(KeyCode::Backspace, Key::Leave);
        bind(KeyCode::Tab, Key::Tab);
        bind(KeyCode::Up, Key::Search(Cmd::HistorySearchBackward));
        bind(KeyCode::Down, Key::Search(Cmd::HistorySearchForward));
        // Without a history that can be read or written everything else works.
        let history = history.filter(|path| path.parent().is_some_and(prepare)).map(Path::to_owned);
        if let Some(path) = &history {
            let _ = lines.load_history(path);
        }
        Ok(Editor { lines, mode, history })
    }

    /// Reads a line, or several that belong together.
    pub fn read(&mut self) -> Input {
        let prompt = self.mode.clone();
        match self.lines.readline(&prompt) {
            Ok(text) => {
                let (mode, text) = self.taken(text);
                self.mode.set(Mode::Julia);
                Input::Text(mode, text)
            }
            Err(ReadlineError::Interrupted) => {
                self.mode.set(Mode::Julia);
                Input::Interrupted
            }
            Err(ReadlineError::Signal(_)) => Input::Interrupted,
            // In help and shell, Ctrl-D leads back.
            Err(ReadlineError::Eof) if self.mode.get() != Mode::Julia => {
                self.mode.set(Mode::Julia);
                Input::Text(Mode::Julia, String::new())
            }
            Err(_) => Input::End,
        }
    }

    /// Puts a line into the history. One from the history may say by its first character what it is.
    fn taken(&mut self, text: String) -> (Mode, String) {
        let (mode, text) = split(self.mode.get(), &text);
        if text.trim().is_empty() {
            return (mode, text);
        }
        let entry = mode.key().map_or_else(|| text.clone(), |key| format!("{key}{text}"));
        let added = self.lines.add_history_entry(entry);
        if let (Ok(true), Some(path)) = (added, &self.history) {
            // A full disk is no reason to stop.
            let _ = self.lines.append_history(path);
        }
        (mode, text)
    }
}

/// The mode and the text of a line. Prompts that were copied along are taken away.
fn split(mode: Mode, text: &str) -> (Mode, String) {
    if mode != Mode::Julia {
        return (mode, text.to_owned());
    }
    for other in [Mode::Help, Mode::Shell] {
        if let Some(rest) = other.key().and_then(|key| text.strip_prefix(key)) {
            return (other, rest.to_owned());
        }
    }
    let text = text.trim_start();
    (mode, text.strip_prefix(Mode::Julia.prompt()).unwrap_or(text).to_owned())
}

/// Makes a folder; whether it is there.
fn prepare(folder: &Path) -> bool {
    std::fs::create_dir_all(folder).is_ok()
}

/// Whether a text of Julia ends too early.
fn goes_on(text: &str) -> bool {
    let (mode, text) = split(Mode::Julia, text);
    mode == Mode::Julia
        && pkgimage_syntax::parse_all(&text, "REPL").is_err_and(|problem| problem.incomplete)
}

/// What a key does besides what it usually does.
enum Key {
    /// On an empty line of Julia: another mode.
    Enter(Mode),
    /// At the beginning of a line of another mode: back to Julia.
    Leave,
    /// An indentation where nothing stands before it.
    Tab,
    /// The history, by what stands before the cursor, unless there are several lines to walk in.
    Search(Cmd),
}

struct OnKey {
    mode: Current,
    then: Key,
}

impl ConditionalEventHandler for OnKey {
    fn handle(
        &self,
        _: &Event,
        _: RepeatCount,
        _: bool,
        context: &EventContext<'_>,
    ) -> Option<Cmd> {
        let before = &context.line()[..context.pos()];
        match &self.then {
            Key::Enter(mode) => {
                let switches = self.mode.get() == Mode::Julia && before.is_empty();
                switches.then(|| {
                    self.mode.set(*mode);
                    Cmd::Repaint
                })
            }
            Key::Leave => {
                let switches = self.mode.get() != Mode::Julia && before.is_empty();
                switches.then(|| {
                    self.mode.set(Mode::Julia);
                    Cmd::Repaint
                })
            }
            Key::Tab => {
                let line = before.rsplit('\n').next().unwrap_or_default();
                line.trim().is_empty().then(|| Cmd::Insert(1, "    ".to_owned()))
            }
            Key::Search(command) => {
                let one_line = !context.line().contains('\n') && !before.is_empty();
                one_line.then(|| command.clone())
            }
        }
    }
}

/// What the editor asks.
struct Helper {
    package: Gc<Module>,
    mode: Current,
    brackets: MatchingBracketHighlighter,
}

impl rustyline::Helper for Helper {}

impl Hinter for Helper {
    type Hint = String;
}

impl Highlighter for Helper {
    fn highlight<'l>(&self, line: &'l str, at: usize) -> Cow<'l, str> {
        self.brackets.highlight(line, at)
    }

    fn highlight_char(&self, line: &str, at: usize, kind: rustyline::highlight::CmdKind) -> bool {
        self.brackets.highlight_char(line, at, kind)
    }
}

impl Validator for Helper {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        if self.mode.get() == Mode::Julia && goes_on(context.input()) {
            return Ok(ValidationResult::Incomplete);
        }
        Ok(ValidationResult::Valid(None))
    }
}

impl Completer for Helper {
    type Candidate = String;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<String>)> {
        let text = julia::string(line);
        let position = object::box_int64(i64::try_from(at).unwrap_or(i64::MAX));
        let answer = match self.mode.get() {
            Mode::Shell => julia::call_in(self.package, "complete_shell", &[text, position]),
            Mode::Julia | Mode::Help => {
                let packages = julia::strings(&packages::names());
                julia::call_in(self.package, "completions", &[text, position, packages])
            }
        };
        let answer = answer.unwrap_or_else(|thrown| {
            // Nothing is offered.
            error::take(thrown)
        });
        Ok(offered(answer).unwrap_or((at, Vec::new())))
    }
}

/// Reads `(list, start)`.
fn offered(answer: runtime::value::Value) -> Option<(usize, Vec<String>)> {
    let answer = RootVec::of(&[answer]);
    let answer = *answer.as_slice().first()?;
    let list = runtime::fields::get_nth(answer, 0)?.cast::<Array>()?;
    let start = object::unbox_int64(runtime::fields::get_nth(answer, 1)?)?;
    let list = list.references().iter().filter_map(|one| julia::text((*one)?)).collect();
    Some((usize::try_from(start).ok()?, list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_have_one_width() {
        for mode in Mode::ALL {
            assert_eq!(mode.prompt().len(), Mode::Julia.prompt().len());
            assert!(mode.styled().contains(mode.prompt().trim_end()));
        }
    }

    #[test]
    fn a_line_says_what_it_is() {
        let cases = [
            ("f(x)", Mode::Julia, "f(x)"),
            ("?sin", Mode::Help, "sin"),
            (";ls -l", Mode::Shell, "ls -l"),
            ("julia> 1 + 1", Mode::Julia, "1 + 1"),
        ];
        for (line, mode, text) in cases {
            assert_eq!(split(Mode::Julia, line), (mode, text.to_owned()), "{line}");
        }
        assert_eq!(split(Mode::Shell, "?a"), (Mode::Shell, "?a".to_owned()));
    }

    #[test]
    fn the_parser_knows_what_goes_on() {
        for text in ["function f(x)", "[1,", "\"a", "begin\n1", "if true\n2\nelse", "1 +", "#= a"] {
            assert!(goes_on(text), "{text}");
        }
        for text in ["f(x) = 1", "1 1", ")", "?if", ";ls (", "", "end"] {
            assert!(!goes_on(text), "{text}");
        }
    }
}
