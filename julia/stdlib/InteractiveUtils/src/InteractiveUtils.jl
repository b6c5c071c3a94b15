"""
    InteractiveUtils

Looking into code and types.
"""
module InteractiveUtils

export apropos, edit, less, code_warntype, code_llvm, code_clif, code_native, methodswith, varinfo, versioninfo, subtypes,
       supertypes, @which, @edit, @less, @functionloc, @code_warntype, @code_typed, @code_lowered, @code_llvm, @code_clif,
       @code_native, clipboard

using Base: unwrap_unionall, isdeprecated
using Markdown

include("types.jl")
include("code.jl")

"""
    versioninfo(io = stdout)

What this process is.
"""
function versioninfo(io::IO=stdout; verbose::Bool=false)
    println(io, "Julia Version $VERSION")
    println(io, "Platform Info:")
    println(io, "  OS: ", Sys.KERNEL, " (", Sys.MACHINE, ")")
    println(io, "  WORD_SIZE: ", Sys.WORD_SIZE)
    println(io, "Threads: ", Threads.nthreads())
    return nothing
end

end
