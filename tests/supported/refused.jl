# Programs that are refused, one after the other: what the error says, without the folder.
using Distributed, Future, InteractiveUtils, Pkg, Profile, Random, Sockets

function refused(f)
    text = try
        f()
        "it ran"
    catch e
        while e isa LoadError
            e = e.error
        end
        sprint(showerror, e)
    end
    println(replace(text, string(@__DIR__, '/') => ""))
end

struct Quotient
    quot::Cint
    rem::Cint
end
report(; depth) = depth == 0 ? Profile.print(; maxdepth = 3) : report(depth = depth - 1)

refused() do
    x = 1
    x + Base.llvmcall("ret i64 1", Int, Tuple{})
end
refused(() -> ccall(:div, Quotient, (Cint, Cint), 7, 2))
refused(() -> [1, @ccall div(7::Cint, 2::Cint)::Quotient])
refused() do
    n = big(1)
    ccall((:__gmpz_nothing, :libgmp), Cvoid,
          (Ref{BigInt},), n)
end
refused(() -> include_string(Main, "f(x) =\n    Base.Experimental.@opaque y -> x + y", "text"))
refused(() -> eval(Expr(:thunk, 1)))
refused(() -> eval(:(using LibGit2)))
refused(() -> report(depth = 2))
refused(() -> listen(8080))
refused(() -> 1 + length(addprocs(2)))
refused(() -> Future.randjump(MersenneTwister(1), big(10)^20))
refused(() -> @code_llvm sin(1.0))
refused(() -> Pkg.add("Example"))
refused(() -> download("https://julialang.org", "page"))
refused(() -> clipboard("text"))
