extension ProcessingContext {
    /// The file's name.
    public static let fileName = "processing_results.yaml"

    /// What lies in a folder of results now; `place` is where the folder will lie when the file is read.
    public init(of folder: String, as place: String) throws {
        self.init()
        let metadata = try SceneMetadata.read(from: folder)
        outputDir = place
        pc = metadata.channels.pc
        fl = metadata.channels.fl.sorted()
        timeUnits = "min"
        for fov in 0..<metadata.nFovs where isFolder(joinPath(folder, fovName(fov))) {
            func file(_ product: Product, _ channel: Int) -> ChannelFile? {
                let path = product.path(base: metadata.baseName, fov: fov)
                return isFile(joinPath(folder, path)) ? ChannelFile(channel, joinPath(place, path)) : nil
            }
            var files = Files()
            files.pc = file(.phaseContrast(metadata.channels.pc), metadata.channels.pc)
            files.seg = file(.segmentation(metadata.channels.pc), metadata.channels.pc)
            files.segLabeled = file(.labels(metadata.channels.pc), metadata.channels.pc)
            files.fl = fl.compactMap { file(.fluorescence($0), $0) }
            files.flCorrected = fl.compactMap { file(.corrected($0), $0) }
            files.traces = fl.compactMap { file(.traces($0), $0) }
            results[fov] = files
        }
    }

    /// Reads a file. A path that is not there any more is looked for below the file's own folder by its last two parts, and
    /// left out where it is not there either; of traces that a person has looked through, `..._inspected.csv` beside them is
    /// taken.
    public static func read(_ path: String) throws -> ProcessingContext {
        var context = try ProcessingContext(yaml: try readBytes(path), path: path)
        let folder = splitPath(path).folder
        func found(_ path: String) -> String? {
            if isFile(path) { return path }
            let last = path.split(separator: "/").suffix(2).joined(separator: "/")
            let here = joinPath(folder, last)
            return isFile(here) ? here : nil
        }
        for (fov, files) in context.results {
            var files = files.mapped(found)
            files.traces = files.traces.map { ChannelFile($0.channel, Self.inspected($0.path)) }
            context.results[fov] = files
        }
        return context
    }

    /// The traces that a person has looked through, `..._inspected.csv` beside these; these where there are none.
    static func inspected(_ path: String) -> String {
        guard path.hasSuffix(".csv") else { return path }
        let other = path.dropLast(4) + "_inspected.csv"
        return isFile(String(other)) ? String(other) : path
    }

    /// Writes the file for what lies in a folder of results. What lies there now counts; of an older file only parameters
    /// that nobody else knows are kept.
    public static func write(to folder: String, as place: String?) throws {
        let path = joinPath(folder, fileName)
        var context = try ProcessingContext(of: folder, as: try place ?? absolutePath(folder))
        if isFile(path) {
            var older = ProcessingContext()
            older.params = try ProcessingContext(yaml: try readBytes(path), path: path).params
            context = context.merging(older)
        }
        try writeText(context.yaml, to: path)
    }
}
