/// An error of a GPU that its driver told while a stage ran on it.
public struct GPUError: Hashable, Sendable {
    /// Who counts it.
    public enum Kind: String, Sendable {
        /// An error message of NVIDIA's driver; the number is its Xid.
        case xid
        /// Memory errors that could not be corrected; the number is how many more there were.
        case ecc
    }

    /// The GPU's own name.
    public var gpu: String
    /// Who counts it.
    public var kind: Kind
    /// The Xid, or how many.
    public var number: Int64

    /// Describes an error.
    public init(gpu: String, kind: Kind, number: Int64) {
        self.gpu = gpu
        self.kind = kind
        self.number = number
    }

    /// In words: `GPU-1: error 79 of the driver (the GPU has fallen off the bus)`.
    public var words: String {
        switch kind {
        case .ecc: "\(gpu): \(number) memory error\(number == 1 ? "" : "s") that could not be corrected"
        case .xid: "\(gpu): error \(number) of the driver" + (Self.meaning(number).map { " (\($0))" } ?? "")
        }
    }

    /// The common numbers of NVIDIA's catalogue of Xid errors.
    private static func meaning(_ xid: Int64) -> String? {
        switch xid {
        case 13: "the program caused a graphics engine exception"
        case 31: "the program used memory that is not its own"
        case 43: "the program's channel was stopped"
        case 45: "the program was ended early"
        case 48: "a memory error of two bits"
        case 61, 62: "the GPU's own processor halted"
        case 63: "a row of memory was replaced"
        case 64: "a row of memory could not be replaced"
        case 74: "NVLink failed"
        case 79: "the GPU has fallen off the bus"
        case 92: "many memory errors of one bit"
        case 94: "a memory error that was contained"
        case 95: "a memory error that was not contained"
        case 119, 120: "the GPU's system processor does not answer"
        default: nil
        }
    }

    /// The fields of a fact that tells it.
    var fields: [JSON.Member] {
        [.init("gpu", .string(gpu)), .init("error", .string(kind.rawValue)), .init("number", .int(number))]
    }

    init?(json: JSON) {
        guard let gpu = json["gpu"]?.string, let kind = json["error"]?.string.flatMap(Kind.init(rawValue:)) else {
            return nil
        }
        self.init(gpu: gpu, kind: kind, number: json["number"]?.int ?? 0)
    }
}
