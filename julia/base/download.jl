# download.jl: `download`, a function that packages add methods to.

"""
    download(url, [path])

Not supported: what a program needs from the network is fetched before it starts.
"""
download(url::AbstractString) = unsupported("download, as nothing is fetched from the network")
download(url::AbstractString, path::AbstractString) = download(url)
