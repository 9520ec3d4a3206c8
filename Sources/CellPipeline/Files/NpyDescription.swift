/// A parser of the Python dictionary in an npy header, for the values that may occur there.
///
/// It accepts what `numpy.lib.format` accepts and other writers produce: keys in any order, both kinds of quotes,
/// blanks anywhere, a comma after the last value or none.
struct NpyDescription {
    private var rest: Substring
    private var type: NpyType?
    private var isFortranOrder: Bool?
    private var shape: [Int]?

    static func parse(_ text: String, dataOffset: Int) throws(NpyFault) -> NpyHeader {
        var parser = NpyDescription(rest: text[...])
        try parser.dictionary()
        guard let type = parser.type, let order = parser.isFortranOrder, let shape = parser.shape else {
            throw "its header lacks one of descr, fortran_order and shape"
        }
        if order { throw "it is in Fortran order; save it with numpy.ascontiguousarray" }
        var size = type.width
        for length in shape {
            let (product, overflow) = size.multipliedReportingOverflow(by: length)
            if overflow || product > 1 << 60 { throw "its shape \(shape) is larger than any file" }
            size = product
        }
        return NpyHeader(type: type, shape: shape, dataOffset: dataOffset)
    }

    private init(rest: Substring) { self.rest = rest }

    private mutating func dictionary() throws(NpyFault) {
        try expect("{")
        while !accept("}") {
            let key = try quoted()
            try expect(":")
            switch key {
            case "descr": type = try elementType()
            case "fortran_order": isFortranOrder = try truth()
            case "shape": shape = try tuple()
            default: throw "its header has the unknown key '\(key)'"
            }
            if accept(",") { continue }
            try expect("}")
            break
        }
        skipBlanks()
        if !rest.isEmpty { throw "its header goes on after the dictionary" }
    }

    private mutating func elementType() throws(NpyFault) -> NpyType {
        skipBlanks()
        if rest.first == "[" { throw "its elements are records" }
        let name = try quoted()
        if name == "<u1" || name == ">u1" { return .uint8 }
        guard let type = NpyType(rawValue: name) else {
            let known = NpyType.allCases.map(\.rawValue).joined(separator: ", ")
            throw "its element type '\(name)' is not one of \(known)"
        }
        return type
    }

    private mutating func truth() throws(NpyFault) -> Bool {
        skipBlanks()
        for (word, value) in [("True", true), ("False", false)] where rest.hasPrefix(word) {
            rest = rest.dropFirst(word.count)
            return value
        }
        throw "its fortran_order is neither True nor False"
    }

    private mutating func tuple() throws(NpyFault) -> [Int] {
        var lengths: [Int] = []
        try expect("(")
        while !accept(")") {
            skipBlanks()
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard let length = Int(digits) else { throw "its shape is no tuple of lengths" }
            lengths.append(length)
            rest = rest.dropFirst(digits.count)
            if accept(",") { continue }
            try expect(")")
            break
        }
        return lengths
    }

    private mutating func quoted() throws(NpyFault) -> String {
        skipBlanks()
        guard let quote = rest.first, quote == "'" || quote == "\"" else { throw "its header is malformed" }
        let body = rest.dropFirst()
        guard let end = body.firstIndex(of: quote) else { throw "its header is malformed" }
        rest = body[body.index(after: end)...]
        return String(body[..<end])
    }

    private mutating func skipBlanks() {
        rest = rest.drop { $0 == " " || $0 == "\n" || $0 == "\t" }
    }

    private mutating func accept(_ character: Character) -> Bool {
        skipBlanks()
        guard rest.first == character else { return false }
        rest = rest.dropFirst()
        return true
    }

    private mutating func expect(_ character: Character) throws(NpyFault) {
        if !accept(character) { throw "its header is malformed where '\(character)' should be" }
    }
}
