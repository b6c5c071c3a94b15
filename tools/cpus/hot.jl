# Hot loops of several kinds, each as the fastest of many calls, to compare CPUs that code can be for:
#
#     for cpu in generic native; do cargo pkgimage run tools/cpus/hot.jl --target-cpu $cpu; done

function milliseconds(f, calls)
    fastest = Inf
    for _ in 1:calls
        started = time_ns()
        f()
        fastest = min(fastest, (time_ns() - started) / 1e6)
    end
    return fastest
end

function bits(list)
    sum = 0
    for x in list
        sum += count_ones(x) + trailing_zeros(x)
    end
    return sum
end

function mandelbrot(n)
    steps = 0
    for i in 1:n, j in 1:n
        cr, ci = 3.0i / n - 2, 2.0j / n - 1
        zr = zi = 0.0
        k = 0
        while k < 50 && zr * zr + zi * zi < 4
            zr, zi = zr * zr - zi * zi + cr, 2zr * zi + ci
            k += 1
        end
        steps += k
    end
    return steps
end

function dot(a, b)
    sum = 0.0
    for i in eachindex(a)
        sum += a[i] * b[i]
    end
    return sum
end

function fused(a, b)
    sum = 0.0
    for i in eachindex(a)
        sum = fma(a[i], b[i], sum)
    end
    return sum
end

function words(text)
    counts = Dict{String,Int}()
    for word in split(text)
        counts[word] = get(counts, word, 0) + 1
    end
    return length(counts)
end

function main()
    list = [UInt64(i) * 0x9e3779b97f4a7c15 for i in 1:100_000]
    floats = [sin(0.1i) for i in 1:100_000]
    matrix = [sin(0.1i * j) for i in 1:100, j in 1:100]
    text = join([string("w", i % 1000) for i in 1:20_000], " ")
    loops = [
        "bits" => () -> bits(list),
        "mandelbrot" => () -> mandelbrot(300),
        "dot" => () -> dot(floats, floats),
        "fma" => () -> fused(floats, floats),
        "matmul" => () -> matrix * matrix,
        "sort" => () -> sort(floats),
        "sin" => () -> sum(sin, floats),
        "words" => () -> words(text),
        "strings" => () -> join(string.(1:20_000), ","),
        "big" => () -> string(big(3)^20_000),
    ]
    for (name, loop) in loops
        loop()
        println(rpad(name, 12), round(milliseconds(loop, 25); digits = 3), " ms")
    end
end

main()
