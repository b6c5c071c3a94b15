# Linear algebra over several number types.
using Matrices

hilbert(::Type{T}, n) where {T} = T[one(T) / T(i + j - 1) for i in 1:n, j in 1:n]

function main(args)
    n = isempty(args) ? 5 : parse(Int, args[1])
    println(solve(hilbert(Rational{Int128}, n), fill(Rational{Int128}(1), n)))
    floats = solve(hilbert(Float64, n), ones(n))
    println(residual(hilbert(Float64, n), floats, ones(n)) < 1e-6)
    println(det([i == j ? 2 : abs(i - j) == 1 ? -1 : 0 for i in 1:n, j in 1:n]))
    chain = Tridiagonal(fill(-1, n - 1), fill(2, n), fill(-1, n - 1))
    println(solve(chain, collect(1:n)))
    println(fit(collect(0:n), [3 - k + 2k^2 for k in 0:n], 2))
    println(lu([0 2; 3 4]))
    try
        inverse([1 2; 2 4])
    catch e
        showerror(stdout, e)
        println()
    end
end

if abspath(PROGRAM_FILE) == @__FILE__
    main(ARGS)
end
