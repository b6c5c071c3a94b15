//! Linear algebra over any number type in Julia. A Julia library: its sources are in `src/Matrices.jl`.
