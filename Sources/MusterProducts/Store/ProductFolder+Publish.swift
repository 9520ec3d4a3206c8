extension ProductFolder {
    private static let mark = ".new-"

    /// Makes a folder that what is being made is written into; nobody else's.
    func makeBuild() throws(ProductError) -> String {
        let maker = Maker.current
        let random = String(UInt64.random(in: 0...(.max)), radix: 36)
        let build = "\(path)/\(Self.mark)\(maker.host)-\(maker.pid)-\(random)"
        try Files.makeFolders(build)
        return build
    }

    /// Puts products in their places and into the manifest, all at once, and removes `build`.
    ///
    /// The manifest is what counts: first it forgets what was there under these names, then the folders change places,
    /// then it names the new ones. Whoever is killed in between leaves products missing, never a wrong one.
    func publish(_ entries: [String: ProductManifest.Entry], from build: String) throws(ProductError) {
        try Files.syncAll(build)
        try locked(.alone) { () throws(ProductError) in
            var manifest = try manifest()
            let before = manifest
            for name in entries.keys { manifest.entries[name] = nil }
            if manifest != before { try write(manifest) }
            for name in entries.keys.sorted() {
                let place = "\(path)/\(name)"
                if try Files.status(place) != nil { try Files.move(place, to: "\(build)/.old-\(name)") }
                if try Files.status("\(build)/\(name)") != nil { try Files.move("\(build)/\(name)", to: place) }
            }
            try Files.sync(path)
            manifest.entries.merge(entries) { $1 }
            try write(manifest)
            // The products are there: rests that can't be removed now are no failure of theirs.
            try? sweep()
        }
        try? Files.remove(build)
    }

    /// Forgets products and removes their folders. Files that a user named lie elsewhere and stay.
    public func remove(_ products: [String]) throws(ProductError) {
        guard try Files.target(path) != nil else { return }
        try locked(.alone) { () throws(ProductError) in
            var manifest = try manifest()
            let before = manifest
            for name in products { manifest.entries[name] = nil }
            if manifest != before { try write(manifest) }
            // A name is checked before it becomes a path: nothing else is removed, whatever the manifest says.
            for name in products where Self.isName(name) { try Files.remove("\(path)/\(name)") }
        }
    }

    /// Removes what processes of this machine were making that are gone.
    private func sweep() throws(ProductError) {
        for name in try Files.names(in: path) where name.hasPrefix(Self.mark) {
            let parts = name.dropFirst(Self.mark.count).split(separator: "-")
            guard parts.count >= 3, let pid = Int32(parts[parts.count - 2]) else { continue }
            let maker = Maker(host: parts.dropLast(2).joined(separator: "-"), pid: pid, program: "")
            if maker.isSurelyGone { try Files.remove("\(path)/\(name)") }
        }
    }
}
