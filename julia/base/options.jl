# options.jl: the command line's options, as `Base.JLOptions()` shows them.

struct JLOptions
    quiet::Int8
    banner::Int8
    color::Int8
    isinteractive::Int8
    startupfile::Int8
    warn_overwrite::Int8
    depwarn::Int8
    check_bounds::Int8
    can_inline::Int8
    opt_level::Int8
    debug_level::Int8
    code_coverage::Int8
    malloc_log::Int8
    compile_enabled::Int8
    fast_math::Int8
    handle_signals::Int8
    use_compiled_modules::Int8
    use_pkgimages::Int8
    incremental::Int8
    rr_detach::Int8
    polly::Int8
    nthreads::Int16
end

# Only what a program can see a difference in is asked of the runtime; the rest is fixed.
function JLOptions()
    opt(name::Symbol) = ccall(:jl_option, Int, (Any,), name)
    return JLOptions(0, 0, opt(:color), opt(:isinteractive), 0, 0, opt(:depwarn), opt(:check_bounds), 1, 2, 1, 0, 0,
                     opt(:compile_enabled), 0, 1, 1, 1, 0, 0, 0, 1)
end

# What is being built: nothing is, in a process that runs a program.
generating_output(incremental::Union{Bool,Nothing}=nothing) = ccall(:jl_generating_output, Cint, ()) != 0
