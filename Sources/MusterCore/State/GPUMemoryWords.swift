/// Tells from a failed program's own last words whether the memory of a GPU ran out.
///
/// The kernel does not count that: only the program knows. What counts is the last error that it tells. Mentions in advice,
/// and allocations that failed and were survived before another error, are none.
public enum GPUMemoryWords {
    /// Lines from the end that are looked at.
    private static let most = 400

    /// The line that says so; nil when the last error told is another one, or none is told.
    ///
    /// `tail` is the end of what the program wrote, both streams in one.
    public static func line(in tail: String) -> String? {
        let lines = tail.split { $0.isNewline || $0 == "\r" }
        for line in lines.suffix(most).reversed() {
            let text = withoutRank(line)
            let low = text.lowercased()
            if text.isEmpty || isWrapper(low) { continue }
            if saysSo(text, low) { return String(text) }
            if isError(text, low) { return nil }
        }
        return nil
    }

    /// Phrases of CUDA, HIP and what is built on them: PyTorch, JAX, TensorFlow, CuPy, Numba, RAPIDS.
    private static let phrases = [
        "cuda out of memory", "hip out of memory", "xpu out of memory", "mps backend out of memory",
        "cuda error: out of memory", "hip error: out of memory", "cuda_error_out_of_memory",
        "cudaerrormemoryallocation",
        "hiperroroutofmemory", "resource_exhausted: out of memory", "out of memory while trying to allocate",
        "oom when allocating tensor", "out of memory allocating", "out_of_memory: cuda", "cublas_status_alloc_failed",
        "cudnn_status_alloc_failed", "cusolver_status_alloc_failed", "cufft_alloc_failed",
        "hipblas_status_alloc_failed",
        "rocblas_status_memory_error", "gpuassert: out of memory", "cuda runtime error (2) : out of memory",
    ]

    private static func saysSo(_ text: Substring, _ low: String) -> Bool {
        // An operation that ran out on the processor is none of a GPU's.
        guard !low.contains("device:cpu") else { return false }
        guard let phrase = phrases.first(where: low.contains) ?? general(low), let range = range(of: phrase, in: low)
        else {
            return false
        }
        if isException(text) { return true }
        // Elsewhere the words before the phrase must tell of an error, and must not be advice or a survivor's report.
        let before = low[..<range.lowerBound]
        let whole = before + phrase
        let innocent = [
            "warn", "if ", "avoid", "caught", "retry", "recover", "previous", "handled", "without", "ignor", "prevent",
            "fix ",
        ]
        guard !innocent.contains(where: before.contains) else { return false }
        return ["error", "assert", "what():", "fatal", "failed", "abort"].contains(where: whole.contains)
    }

    /// `out of memory` in a line about a GPU, such as `CUDA error at kernel.cu:33: out of memory`.
    private static func general(_ low: String) -> String? {
        let isAboutGPU = ["cuda", "hip error", "gpu", "cublas", "cudnn"].contains(where: low.contains)
        return isAboutGPU ? ["out of memory", "out_of_memory"].first(where: low.contains) : nil
    }

    /// `module.NameError: ...`, as Python and others end a traceback.
    private static func isException(_ text: Substring) -> Bool {
        guard let colon = text.firstIndex(of: ":") else { return false }
        let name = text[..<colon]
        guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "." || $0 == "_") })
        else {
            return false
        }
        return ["Error", "Exception", "Exit", "Interrupt", "Fault"].contains { name.hasSuffix($0) }
    }

    private static func isError(_ text: Substring, _ low: String) -> Bool {
        isException(text) || low.hasPrefix("error") || low.hasPrefix("fatal") || low.contains("what():")
            || low.contains("segmentation fault") || low.contains("bus error")
    }

    /// Launchers that only repeat that something below them failed.
    private static func isWrapper(_ low: String) -> Bool {
        let words = [
            "srun: error", "slurmstepd", "torch.distributed", "childfailederror", "calledprocesserror", "make: ***",
            "make[",
            "error: process completed with exit code", "terminate called", "aborted (core dumped)",
            "exited with exit code",
            "failures:", "root cause", "error_file", "exitcode",
        ]
        return words.contains(where: low.contains)
    }

    /// Without `[rank0]: ` and blanks in front.
    private static func withoutRank(_ line: Substring) -> Substring {
        var rest = line.drop(while: \.isWhitespace)
        if rest.hasPrefix("["), let end = rest.firstIndex(of: "]"), rest[..<end].contains("rank") {
            rest = rest[rest.index(after: end)...].drop { $0 == ":" || $0.isWhitespace }
        }
        return rest
    }

    private static func range(of phrase: String, in text: String) -> Range<String.Index>? {
        var start = text.startIndex
        while start < text.endIndex {
            if text[start...].hasPrefix(phrase) { return start..<text.index(start, offsetBy: phrase.count) }
            start = text.index(after: start)
        }
        return nil
    }
}
