internal import YAML

/// What `processing_results.yaml` says: which files there are of which field of view.
public struct ProcessingContext: Equatable, Sendable {
    /// A file of one channel.
    public struct ChannelFile: Hashable, Sendable {
        /// The channel's number.
        public var channel: Int
        /// The file, absolute.
        public var path: String

        /// Names a file.
        public init(_ channel: Int, _ path: String) {
            self.channel = channel
            self.path = path
        }
    }

    /// The files of one field of view; what is not there is left out.
    public struct Files: Equatable, Sendable {
        /// Single files.
        public var pc: ChannelFile?, seg: ChannelFile?, segLabeled: ChannelFile?
        /// One for each fluorescence channel.
        public var fl: [ChannelFile] = [], flCorrected: [ChannelFile] = [], traces: [ChannelFile] = []

        /// No file.
        public init() {}
    }

    /// Where the results lie.
    public var outputDir: String?
    /// The phase contrast channel.
    public var pc: Int?
    /// The fluorescence channels, ascending.
    public var fl: [Int] = []
    /// Files by field of view.
    public var results: [Int: Files] = [:]
    /// Parameters, by name, in their order.
    var params: [Node.Pair] = []
    /// The unit of times.
    public var timeUnits: String?

    /// Nothing is known.
    public init() {}

    /// This one, which is the parent, with what a worker's `child` says more.
    ///
    /// Single values: the parent's where it has one. Lists: those of both by channel and path, the parent's first. Parameters:
    /// the child's that the parent lacks. Channels: those of both. Units of time: the child's.
    public func merging(_ child: ProcessingContext) -> ProcessingContext {
        var whole = self
        whole.outputDir = outputDir ?? child.outputDir
        whole.pc = pc ?? child.pc
        whole.fl = Set(fl).union(child.fl).sorted()
        for (fov, files) in child.results { whole.results[fov] = (results[fov] ?? Files()).merging(files) }
        whole.params += child.params.filter { pair in !params.contains { $0.key == pair.key } }
        whole.timeUnits = child.timeUnits ?? timeUnits
        return whole
    }
}

extension ProcessingContext.Files {
    func merging(_ child: Self) -> Self {
        func union(
            _ left: [ProcessingContext.ChannelFile], _ right: [ProcessingContext.ChannelFile]
        ) -> [ProcessingContext.ChannelFile] {
            var known = Set(left)
            return left + right.filter { known.insert($0).inserted }
        }
        var whole = self
        whole.pc = pc ?? child.pc
        whole.seg = seg ?? child.seg
        whole.segLabeled = segLabeled ?? child.segLabeled
        whole.fl = union(fl, child.fl)
        whole.flCorrected = union(flCorrected, child.flCorrected)
        whole.traces = union(traces, child.traces)
        return whole
    }

    /// Every file through `change`; those for which it answers nil are dropped.
    func mapped(_ change: (String) -> String?) -> Self {
        func one(_ file: ProcessingContext.ChannelFile?) -> ProcessingContext.ChannelFile? {
            file.flatMap { file in change(file.path).map { .init(file.channel, $0) } }
        }
        var files = self
        files.pc = one(pc)
        files.seg = one(seg)
        files.segLabeled = one(segLabeled)
        files.fl = fl.compactMap(one)
        files.flCorrected = flCorrected.compactMap(one)
        files.traces = traces.compactMap(one)
        return files
    }
}
