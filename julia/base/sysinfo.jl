# sysinfo.jl: the module `Sys`: what is known about the machine and its operating system.

module Sys

export BINDIR, STDLIB, CPU_THREADS, CPU_NAME, WORD_SIZE, ARCH, MACHINE, KERNEL, JIT, cpu_info, cpu_summary, uptime,
    loadavg, free_memory, total_memory, isapple, isbsd, isdragonfly, isfreebsd, islinux, isnetbsd, isopenbsd, isunix,
    iswindows, isjsvm, isexecutable, isreadable, iswritable, which, maxrss

import ..Base: show

"""
    Sys.ARCH
    Sys.KERNEL
    Sys.MACHINE
    Sys.WORD_SIZE

The architecture, the operating system, both in one text, and the size of an `Int` in bits.
"""
const ARCH = ccall(:jl_get_ARCH, Any, ())::Symbol
const KERNEL = ccall(:jl_get_UNAME, Any, ())::Symbol
const WORD_SIZE = 64
const MACHINE = string(ARCH, "-linux-gnu")
const JIT = "Cranelift"
const CPU_NAME = "generic"

# Filled in when a program starts.
global CPU_THREADS::Int = 1
global BINDIR::String = ""
const STDLIB = "stdlib"

function _process_begins()
    global CPU_THREADS = Int(ccall(:jl_cpu_threads, Int32, ()))
    global BINDIR = ccall(:jl_get_julia_bindir, Any, ())::String
    return nothing
end

uptime() = ccall(:jl_uptime, Float64, ())
total_memory() = ccall(:jl_total_memory, UInt64, ())
free_memory() = ccall(:jl_free_memory, UInt64, ())
total_physical_memory() = total_memory()
free_physical_memory() = free_memory()
maxrss() = ccall(:jl_maxrss, Csize_t, ())

"""
    Sys.islinux([os])

Whether the operating system, or the one named, is of a kind.
"""
islinux(os::Symbol) = os === :Linux
isunix(os::Symbol) = islinux(os) || isbsd(os) || os === :Emscripten
isbsd(os::Symbol) = isfreebsd(os) || isopenbsd(os) || isnetbsd(os) || isdragonfly(os) || isapple(os)
isfreebsd(os::Symbol) = os === :FreeBSD
isopenbsd(os::Symbol) = os === :OpenBSD
isnetbsd(os::Symbol) = os === :NetBSD
isdragonfly(os::Symbol) = os === :DragonFly
iswindows(os::Symbol) = os === :Windows || os === :NT
isapple(os::Symbol) = os === :Apple || os === :Darwin
isjsvm(os::Symbol) = os === :Emscripten
for f in (:isunix, :islinux, :isbsd, :isapple, :iswindows, :isfreebsd, :isopenbsd, :isnetbsd, :isdragonfly, :isjsvm)
    @eval $f() = $f(KERNEL)
end

isexecutable(path::String) = ccall(:access, Cint, (Ptr{UInt8}, Cint), path, 1) == 0
isreadable(path::String) = ccall(:access, Cint, (Ptr{UInt8}, Cint), path, 4) == 0
iswritable(path::String) = ccall(:access, Cint, (Ptr{UInt8}, Cint), path, 2) == 0
isexecutable(path::AbstractString) = isexecutable(String(path))

"""
    Sys.which(program_name::String)

The path of a program, or `nothing`.
"""
function which(program_name::String)
    isempty(program_name) && return nothing
    if occursin('/', program_name)
        return isfile(program_name) && isexecutable(program_name) ? abspath(program_name) : nothing
    end
    for dir in split(get(ENV, "PATH", ""), ':')
        path = joinpath(dir, program_name)
        isfile(path) && isexecutable(path) && return abspath(path)
    end
    return nothing
end
which(program_name::AbstractString) = which(String(program_name))

end # module Sys
