# Matrices of fixed-point numbers, without the package that usually combines the two.
using FixedPoint
using Matrices

function main(args)
    n = isempty(args) ? 4 : parse(Int, args[1])
    A = Q32[i == j ? n : 1 // (i + j) for i in 1:n, j in 1:n]
    b = Q32[i for i in 1:n]
    x = solve(A, b)
    println(join(x, " "))
    println(residual(A, x, b) < Q32(1e-6))
    println(det(A))
    L = cholesky(A)
    println(maximum(abs, product(L, permutedims(L)) - A) < Q32(1e-6))
end

if abspath(PROGRAM_FILE) == @__FILE__
    main(ARGS)
end
