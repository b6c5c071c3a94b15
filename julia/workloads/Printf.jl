# What programs use of Printf: see base.jl. The recording beside this file says what native code the image of
# Printf holds, and what of Base it wants of Base's. Write it anew after a change with
#
#     cargo pkgimage record --project julia --workload Printf

using Printf

const ARGUMENTS = Any[1, -17, 0, 1.5, -0.001, 1.0e10, 2.5f0, UInt8(3), 0xff, true, 3 // 4, big(12), big"1.5"]
for x in ARGUMENTS
    (@sprintf("%d", x isa Integer ? x : 1), @sprintf("%f", x), @sprintf("%.3f", x), @sprintf("%8.2f", x), @sprintf("%e", x), @sprintf("%.2e", x), @sprintf("%g", x), @sprintf("%s", x), @sprintf("%-10s|", x), @sprintf("%10s", x))
    x isa Integer && (@sprintf("%5d", x), @sprintf("%05d", x), @sprintf("%+d", x), @sprintf("%x", x), @sprintf("%X", x), @sprintf("%o", x), @sprintf("%#x", x), @sprintf("%i", x), @sprintf("%u", x), @sprintf("%08x", x), @sprintf("%-5d|", x))
end
for x in Any["text", :symbol, 'c', SubString("text", 2), nothing, [1, 2], (1, "a")]
    (@sprintf("%s", x), @sprintf("%10s", x), @sprintf("%-10s|", x), @sprintf("%.2s", x))
end
(@sprintf("%c", 'a'), @sprintf("%c", 97), @sprintf("%%"), @sprintf("%a", 1.5), @sprintf("%p", Ptr{Nothing}(1)), @sprintf("%*d", 5, 1), @sprintf("%.*f", 2, 1.5), @sprintf("%f %f", Inf, NaN), @sprintf("%d of %d (%5.1f%%): %s", 1, 2, 50.0, "half"))
let io = IOBuffer()
    @printf(io, "%d %s\n", 1, "a")
    @printf(io, "%5.2f", 1.5)
    String(take!(io))
end
@printf("%d %s %5.2f\n", 1, "a", 1.5)
Printf.format(Printf.Format("%d %s"), 1, "a")
Printf.format(stdout, Printf.Format("%5.2f\n"), 1.5)
try
    Printf.Format("%")
catch e
    sprint(showerror, e)
end
