# What programs use of Statistics: see base.jl. The recording beside this file says what native code the image of
# Statistics holds, and what of Base it wants of Base's. Write it anew after a change with
#
#     cargo pkgimage record --project julia --workload Statistics

using Statistics

for v in Any[[1, 2, 3, 4], [1.0, 2.5, 3.5], [1.0f0, 2.0f0], 1:4]
    (mean(v), median(v), var(v), std(v), middle(v), quantile(v, 0.25), quantile(v, [0.25, 0.5]), var(v; corrected = false), std(v; corrected = false), var(v; mean = mean(v)), mean(abs, v), mean(x -> x + 1, v), median!(collect(v)), cov(v), cov(v, v), cor(v, v), middle(first(v), last(v)), mean(x for x in v), extrema(v))
end
for m in Any[[1 2; 3 4], [1.0 2.0; 3.5 4.0]]
    (mean(m), mean(m; dims = 1), mean(m; dims = 2), median(m), median(m; dims = 1), var(m), var(m; dims = 1), std(m), std(m; dims = 1), cov(m), cor(m), mean(abs, m; dims = 1))
end
(mean((1, 2)), mean(skipmissing([1, missing])), mean([true, false]), mean(Any[1, 2.0]))
for f in Any[() -> median(Int[]), () -> quantile(Float64[], 0.5), () -> mean(())]
    try
        f()
    catch e
        sprint(showerror, e)
    end
end
