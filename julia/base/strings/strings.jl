# The string files that need IO to be there.

include("search.jl")
include("unicode.jl")
import .Unicode: textwidth, islowercase, isuppercase, isletter, isdigit, isnumeric, iscntrl, ispunct,
    isspace, isprint, isxdigit, lowercase, uppercase, titlecase, lowercasefirst, uppercasefirst

include("util.jl")
include("io.jl")
include("transcode.jl")
