//! Fixed-point numbers in Julia. A Julia library: its sources are in `src/FixedPoint.jl`.
