public import MusterCore

/// How contents get from the store to where jobs read them.
extension InputStore {
    /// How names of copies begin that are not finished.
    static let unfinished = ".muster-copy-"

    /// Gives contents their places below `root`: by a hard link, else by a copy that shares its blocks where the file system can, else
    /// by a plain one. Nothing that lies in a place is replaced; folders that files lie in, and `folders`, are made.
    ///
    /// - Returns: The paths that were taken here, by their bytes; the others were there, or could not be made.
    public func place(
        _ files: [(path: String, sum: String)], folders: [String], below root: String
    ) async throws(HostError) -> (placed: Set<[UInt8]>, said: String) {
        let script = """
            cd -- \(ShellWord.quote(root)) || exit 3
            O=\(ShellWord.quote("\(folder)/objects")); last= copied=
            while IFS= read -r -d '' sum && IFS= read -r -d '' path; do
                [ -n "$sum" ] || { mkdir -p -- "$path"; continue; }
                dir=${path%/*}; o=$O/${sum:0:2}/$sum
                if [ "$dir" != "$last" ]; then mkdir -p -- "$dir"; last=$dir; fi
                if ln -T -- "$o" "$path" 2>/dev/null; then printf '%s\\0' "$path"; continue; fi
                if [ -e "$path" ] || [ -L "$path" ]; then continue; fi
                t=$dir/\(Self.unfinished)\(client)-$$
                # What a copy left that was interrupted.
                if [ "$dir" != "$copied" ]; then rm -f -- "$dir"/\(Self.unfinished)\(client)-*; copied=$dir; fi
                if cp --reflink=auto -- "$o" "$t" && cmp -s -- "$o" "$t" && chmod 444 -- "$t"; then
                    mv -n -T -- "$t" "$path" && [ ! -e "$t" ] && printf '%s\\0' "$path"
                fi
                rm -f -- "$t"
            done
            exit 0
            """
        let made = try await host.run("mkdir -p -- \(ShellWord.quote(root))")
        guard made.status == 0 else {
            throw HostError(.file, "cannot make '\(root)' on \(host.name): \(made.errorText)")
        }
        var input: [UInt8] = []
        for folder in folders { input += [0] + Array("./\(folder)".utf8) + [0] }
        for file in files { input += Array(file.sum.utf8) + [0] + Array("./\(file.path)".utf8) + [0] }
        let answer = try await act("exec bash -c \(ShellWord.quote(script))", input, "write to '\(root)'")
        return (Set(answer.output.split(separator: 0).map { Array($0.dropFirst(2)) }), answer.errorText)
    }

    /// Moves files below `root` into a folder of the store, with their names.
    public func putAside(_ paths: [String], below root: String, into name: String) async throws(HostError) {
        guard !paths.isEmpty else { return }
        let script = """
            cd -- \(ShellWord.quote(root)) || exit 3
            T=\(ShellWord.quote("\(folder)/replaced/\(name)"))
            while IFS= read -r -d '' path; do
                mkdir -p -- "$(dirname -- "$T/$path")" && mv -n -T -- "./$path" "$T/$path" || exit 1
            done
            """
        try await act(
            "exec bash -c \(ShellWord.quote(script))", paths.flatMap { Array($0.utf8) + [0] },
            "put files of '\(root)' aside")
    }
}
