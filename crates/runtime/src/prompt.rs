//! What a prompt asks of the layer above: keeping what was typed, and saving the session.

use std::cell::Cell;

use crate::error::Result;
use crate::object::{Method, Module};
use crate::value::Gc;

/// The services of a prompt.
#[derive(Clone, Copy)]
pub struct Services {
    /// A statement was evaluated: what it was typed as, the line there, its text.
    pub evaluated: fn(&str, u32, &str),
    /// Saves the session, under its own name or this one; what involves these packages, or everything. Gives
    /// what there is to say.
    pub save: fn(Option<&str>, &[String]) -> Result<String>,
    /// The packages that are loaded and have files, with the texts from which they were evaluated.
    pub sources: fn() -> Vec<Sources>,
    /// The methods that were defined in a file.
    pub methods_of_file: fn(&str) -> Vec<Gc<Method>>,
}

/// A package's files.
pub struct Sources {
    /// Its module.
    pub module: Gc<Module>,
    /// The file that defines it.
    pub entry: String,
    /// All of them, and their texts.
    pub texts: Vec<(String, String)>,
}

thread_local! {
    static SERVICES: Cell<Option<Services>> = const { Cell::new(None) };
}

/// Installs services.
pub fn install(services: Services) {
    SERVICES.set(Some(services));
}

/// The services, if there are any.
pub(crate) fn services() -> Option<Services> {
    SERVICES.get()
}
