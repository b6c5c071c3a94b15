//! JSON in Julia. A Julia library: its sources are in `src/Json.jl`.
