"""
    SnoopPrecompile

The name that PrecompileTools had before, with the macros' names of then.

The preference `skip_precompile = ["Package"]` of SnoopPrecompile switches off the workloads of some packages.
"""
module SnoopPrecompile

export @precompile_setup, @precompile_all_calls

using PrecompileTools: PrecompileTools

const verbose = PrecompileTools.verbose

function is_skipped(mod::Module)
    skipped = get(Base.get_preferences(Base.PkgId(@__MODULE__).uuid), "skip_precompile", String[])
    return String(nameof(Base.moduleroot(mod))) in skipped
end

is_wanted(mod::Module) = PrecompileTools.is_wanted(mod) && !is_skipped(mod)

"""
    @precompile_setup begin ... end

See `PrecompileTools.@setup_workload`.
"""
macro precompile_setup(ex)
    return esc(:(
        if $is_wanted($__module__)
            $PrecompileTools.@setup_workload $ex
        end
    ))
end

"""
    @precompile_all_calls begin ... end

See `PrecompileTools.@compile_workload`.
"""
macro precompile_all_calls(ex)
    return esc(:(
        if $is_wanted($__module__)
            $PrecompileTools.@compile_workload $ex
        end
    ))
end

end
