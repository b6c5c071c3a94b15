//! The definitions of `Main`, as they were typed at the prompt, and evaluating them again.
//!
//! The prompt says after each statement that it was evaluated. Whether it defined something (a method, a
//! constant, a type, a module, an import, the type of a global) the runtime has counted. All that did are
//! evaluated again in their order, as what stands later may have used what was there then. Only a
//! statement whose methods have all been replaced is left out, if nothing but methods was defined since.

use std::cell::RefCell;
use std::ops::Range;

use pkgimage_package::job::Sessions;
use pkgimage_package::sessions::{self, Statement};
use pkgimage_package::stdlib;
use pkgimage_runtime as runtime;
use runtime::error;
use runtime::value::Value;

use super::load;
use crate::{julia, packages};

struct Defining {
    statement: Statement,
    /// The methods that it defined, among the session's.
    methods: Range<usize>,
    /// Whether it defined anything else.
    more: bool,
}

#[derive(Default)]
struct Text {
    statements: Vec<Defining>,
    /// What had been defined when the last statement was done.
    definitions: u64,
    /// The same without methods.
    others: u64,
    methods: usize,
    /// Whether anything was evaluated since it was saved.
    unsaved: bool,
}

thread_local! {
    static TEXT: RefCell<Text> = RefCell::new(Text::default());
}

/// What is defined from now on belongs to the next statement.
pub fn begin() {
    TEXT.with_borrow_mut(|text| text.take_note());
}

impl Text {
    /// What has been defined since the last note: the methods, and whether there is more; nothing if nothing.
    fn take_note(&mut self) -> Option<(Range<usize>, bool)> {
        let (all, others) =
            (runtime::definitions::count(), runtime::definitions::besides_methods());
        let methods = load::defined_count();
        let found =
            (all != self.definitions).then_some((self.methods..methods, others != self.others));
        (self.definitions, self.others, self.methods) = (all, others, methods);
        found
    }
}

/// A statement was evaluated.
pub fn evaluated(file: &str, line: u32, statement: &str) {
    TEXT.with_borrow_mut(|text| {
        text.unsaved = true;
        if let Some((methods, more)) = text.take_note() {
            let (file, statement) = (file.to_owned(), statement.trim_end().to_owned());
            let statement = Statement { file, line, text: statement };
            text.statements.push(Defining { statement, methods, more });
        }
    });
}

/// A statement of a saved session could not be evaluated: it is kept all the same.
fn keep(statement: &Statement) {
    TEXT.with_borrow_mut(|text| {
        text.take_note();
        let statement = statement.clone();
        text.statements.push(Defining { statement, methods: 0..0, more: true });
    });
}

/// The statements that define what there is now; without those of `Main`'s own, what loads packages.
pub fn statements(with_own: bool) -> Vec<Statement> {
    TEXT.with_borrow(|text| {
        // Values, types and expanded macros are of their moment.
        let last = text.statements.iter().rposition(|one| one.more);
        let lives = |(at, one): &(usize, &Defining)| {
            last.is_some_and(|last| *at <= last)
                || one.methods.is_empty()
                || load::any_lives(one.methods.clone())
        };
        let loads = |one: &Statement| {
            let word = one.text.split_whitespace().next();
            word == Some("using") || word == Some("import")
        };
        let living = text.statements.iter().enumerate().filter(lives);
        let living = living.map(|(_, one)| one.statement.clone());
        living.filter(|one| with_own || loads(one)).collect()
    })
}

/// Whether anything was evaluated since the session was saved.
pub fn is_unsaved() -> bool {
    TEXT.with_borrow(|text| text.unsaved)
}

/// The session was saved.
pub fn saved() {
    TEXT.with_borrow_mut(|text| text.unsaved = false);
}

/// Evaluates what was saved of a session. What fails is said, and the rest goes on.
pub fn restore(sessions: &Sessions) {
    begin();
    let path = sessions::path(&sessions.folder, &sessions.name);
    let statements = match sessions::read(&path) {
        Ok(statements) => statements.unwrap_or_default(),
        Err(error) => {
            eprintln!("warning: the session {} is not loaded: {error}", sessions.name);
            return;
        }
    };
    if statements.is_empty() {
        return;
    }
    let package = stdlib::package("REPL").map(|package| packages::load(&package));
    let module = match package {
        Some(Ok(module)) => module,
        Some(Err(thrown)) => return julia::show_uncaught(error::take(thrown)),
        None => return,
    };
    for statement in &statements {
        let Statement { file, line, text } = statement;
        let arguments: [Value; 3] = [
            julia::string(text),
            julia::string(file),
            runtime::object::box_int64(i64::from(*line)),
        ];
        match julia::call_in(module, "restore", &arguments) {
            Ok(value) if value == runtime::known::known().true_ => evaluated(file, *line, text),
            Ok(_) => keep(statement),
            Err(thrown) => {
                julia::show_uncaught(error::take(thrown));
                keep(statement);
            }
        }
    }
    TEXT.with_borrow_mut(|text| text.unsaved = false);
}
