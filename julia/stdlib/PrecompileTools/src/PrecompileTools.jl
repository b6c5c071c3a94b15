"""
    PrecompileTools

Workloads in a package's own source: what [`@compile_workload`](@ref) calls while the package's image is being
built has native code in that image, as if a test had recorded it.

The preference `precompile_workloads = false` of PrecompileTools switches all workloads off, the preference
`precompile_workload = false` of a package its own.
"""
module PrecompileTools

export @setup_workload, @compile_workload, @recompile_invalidations

"""
    PrecompileTools.verbose[] = true

Run workloads wherever the package is evaluated, and print which specializations each of them adds.
"""
const verbose = Ref(false)

# Whether a workload that stands in this module runs: its package's image is being built, and nobody has
# switched it off.
function is_wanted(mod::Module)
    verbose[] && return true
    Base.generating_output() || return false
    return preferred(@__MODULE__, "precompile_workloads") && preferred(mod, "precompile_workload")
end

preferred(mod::Module, key::String) = get(Base.get_preferences(Base.PkgId(Base.moduleroot(mod)).uuid), key, true)::Bool

# From here on, what is called is noted.
begins() = ccall(:jl_workload_begins, Cvoid, ())

function ends()
    ccall(:jl_workload_ends, Cvoid, ())
    verbose[] || return nothing
    for instance in ccall(:jl_workload_roots, Any, ())::Vector{Any}
        println(stderr, instance)
    end
    return nothing
end

"""
    @setup_workload begin
        # what the workload needs
        @compile_workload begin
            # what is to have native code
        end
    end

Code that runs only while the package's image is being built. Its variables are local.
"""
macro setup_workload(ex)
    wanted = :($is_wanted($__module__))
    return esc(:(
        if $wanted
            let
                $ex
            end
        end
    ))
end

"""
    @compile_workload begin
        # calls
    end

While the package's image is being built, make the calls; each specialization that they reach is in the
image from then on. Anywhere else nothing is run.
"""
macro compile_workload(ex)
    wanted = :($is_wanted($__module__))
    return esc(:(
        if $wanted
            $begins()
            try
                $ex
            finally
                $ends()
            end
        end
    ))
end

"""
    @recompile_invalidations begin
        using SomePackage
    end

Evaluate the expression. There is nothing else to do: a specialization that was invalidated by what it loads is
compiled where it is called next, and kept if a recording or a workload calls it.
"""
macro recompile_invalidations(ex)
    return esc(ex)
end

end
