internal import TIFF

/// Why a description of images cannot be followed; the file's name is added where it is known.
struct ImageFault: Error, ExpressibleByStringInterpolation, Equatable {
    let text: String

    init(stringLiteral text: String) { self.text = text }

    /// As a failure of the program, with what may help where a file says too little or the wrong thing.
    func error(_ path: String) -> PipelineError {
        PipelineError(
            cannot: "understand", path, text,
            hint: "say with --layout what its pages are, like --layout t,c=2; see docs/cellpipe.md, \"TIFF\"")
    }
}

extension PipelineError {
    /// A failure of the TIFF library in this program's words.
    init(_ error: TIFFError) {
        let place = error.page.map { " page \($0) of" } ?? ""
        self.init(cannot: error.operation + place, error.path, error.reason)
    }
}
